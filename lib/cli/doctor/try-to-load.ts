// Tries in a child process whether the addon and LibTorch load.

import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plain } from '../../files/index.js'
import { runProgram } from '../../libtorch/index.js'
import { MARK, type Probed } from './probe.js'

/** A LibTorch on a slow disk takes half a minute at its first load. */
const LOAD_MS = 120_000

const file = fileURLToPath(new URL(`./probe-main${extname(import.meta.url)}`, import.meta.url))

export async function tryToLoad(): Promise<Probed> {
  const signal = AbortSignal.timeout(LOAD_MS)
  try {
    const { code, output } = await runProgram(process.execPath, [...process.execArgv, file], { signal })
    const line = output.split('\n').find((each) => each.startsWith(MARK))
    if (line !== undefined) return JSON.parse(line.slice(MARK.length)) as Probed
    const end = code === null ? 'was killed by the system' : `ended with ${code}`
    return { code: null, message: `The process that loaded it ${end}: ${plain(output) || 'it said nothing'}` }
  } catch (thrown) {
    const isLate = signal.aborted
    const message = isLate
      ? `It did not load within ${LOAD_MS / 1000} s`
      : `Node.js cannot be started: ${plain(String(thrown))}`
    return { code: null, message }
  }
}
