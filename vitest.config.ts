import { defineConfig } from 'vitest/config'
import PlainReporter from './test/plain-reporter.js'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/pack-folder.ts'],
    // A process for each file, and one at a time: LibTorch uses all cores by itself, and some tests build the package.
    pool: 'forks',
    maxWorkers: 1,
    // Only the device that is asked for is seen, so that 'auto' and what is refused are the same on every machine.
    env: process.env.FACECLS_TEST_DEVICE ? {} : { CUDA_VISIBLE_DEVICES: '' },
    testTimeout: 120_000, // some tests train
    hookTimeout: 300_000,
    reporters: ['default', new PlainReporter()],
  },
})
