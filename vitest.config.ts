import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import PlainReporter from './test/plain-reporter.js'

/** Builds the package anew, so that nothing else may use the addon meanwhile. */
const BUILDING = 'test/package/**/*.test.ts'

export default defineConfig({
  test: {
    globalSetup: ['test/pack-folder.ts'],
    setupFiles: ['test/own-packs.ts'],
    // A process for each file.
    pool: 'forks',
    env: {
      // Side by side, files keep the cores busier than the threads of one would.
      OMP_NUM_THREADS: process.env.OMP_NUM_THREADS ?? '1',
      // Only the device that is asked for is seen, so that 'auto' and what is refused are the same on every machine.
      ...(process.env.FACECLS_TEST_DEVICE ? {} : { CUDA_VISIBLE_DEVICES: '' }),
    },
    testTimeout: 600_000, // some tests train, on any machine beside others
    hookTimeout: 300_000,
    reporters: ['default', new PlainReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, BUILDING],
          maxWorkers: Math.min(4, availableParallelism()),
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: [BUILDING], maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
