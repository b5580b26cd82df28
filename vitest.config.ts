import { defineConfig } from 'vitest/config'
import PlainReporter from './test/plain-reporter.js'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/pack-folder.ts'],
    // A process for each file, and one at a time: LibTorch uses all cores by itself, and some tests build the package.
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 120_000, // some tests train
    hookTimeout: 300_000,
    reporters: ['default', new PlainReporter()],
  },
})
