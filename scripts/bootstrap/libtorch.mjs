// The step that provides LibTorch: lib/libtorch does it, which the step before has compiled.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { megabytes, SetupError, startStep } from './terminal.mjs'

/** Resolves to { root, version, variant } of one that fits and has headers, fetched if need be. */
export async function provideLibTorch(root) {
  const step = startStep('LibTorch')
  const room = join(root, 'dist', 'libtorch', 'index.js')
  if (!existsSync(room)) {
    throw new SetupError('The TypeScript is not compiled. Compile it with: node scripts/bootstrap.mjs')
  }
  const library = await import(pathToFileURL(room).href)
  const controller = new AbortController()
  const stop = () => controller.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const { libtorch, wasThere } = await library.provideLibTorch({
      headers: true,
      say: step.say,
      onProgress: ({ task, done, total }) =>
        step.progress(`${task}: ${megabytes(done)} of ${megabytes(total)}`),
      signal: controller.signal,
    })
    step[wasThere ? 'skip' : 'done'](`${libtorch.version}, ${libtorch.root}`)
    return libtorch
  } catch (error) {
    if (controller.signal.aborted) process.exit(130)
    throw error
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}
