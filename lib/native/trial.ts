// Tries in a child process whether a LibTorch can be loaded: one for CUDA whose libraries do not fit may end the process.

import { spawnSync } from 'node:child_process'
import { plain } from '../files/index.js'
import { type LibTorch, librariesOf, rememberedTrial, rememberTrial, type Trial } from '../libtorch/index.js'

/** Three gigabytes of libraries on a slow disk take a while at their first load. */
const TRIAL_MS = 180_000

const MARK = 'facecls-torch-trial '

/** Set in the child, which may be a program that Node.js is built into, and would try in a child of its own without end. */
const WITHIN = 'FACECLS_WITHIN_TRIAL'

/** Libraries may print lines of their own, so that the outcome is marked. The number of devices is asked for since that starts CUDA. */
const PROGRAM = `
  const [file, spec, mark] = JSON.parse(process.argv[1])
  const outcome = {}
  try {
    const addon = require(file).load(spec)
    outcome.loaded = true
    addon.computeInfo()
    addon.stop()
  } catch (error) {
    Object.assign(outcome, { message: error.message, library: error.library })
  }
  require('node:fs').writeSync(1, '\\n' + mark + JSON.stringify(outcome) + '\\n')
`

interface Outcome {
  readonly loaded?: boolean
  readonly message?: string
  /** The file that the loader could not open. */
  readonly library?: string
}

export interface TrialFiles {
  /** facecls_torch.node. */
  readonly addon: string
  readonly core: string
}

/** The outcome that is remembered, or that of a try. */
export function trialOf(libtorch: LibTorch, files: TrialFiles): Trial {
  if (process.env[WITHIN]) return { reason: null }
  const remembered = rememberedTrial(libtorch)
  if (remembered !== undefined) return remembered
  const trial = tryToLoad(libtorch, files)
  if (trial !== null) rememberTrial(libtorch, trial)
  return trial ?? { reason: null }
}

/** Null where nothing can be said of the LibTorch: no child can be started, or the addon is what does not load. */
function tryToLoad(libtorch: LibTorch, { addon, core }: TrialFiles): Trial | null {
  const spec = { libraries: librariesOf(libtorch), core, waiting: 'sleep' }
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const child = spawnSync(process.execPath, ['-e', PROGRAM, JSON.stringify([addon, spec, MARK])], {
    env: { ...inherited, [WITHIN]: '1' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TRIAL_MS,
    killSignal: 'SIGKILL',
  })
  const line = child.stdout?.split('\n').find((each) => each.startsWith(MARK))
  if (line !== undefined) {
    return judged(JSON.parse(line.slice(MARK.length)) as Outcome, core)
  }
  if ((child.error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT')
    return { reason: `it did not load within ${TRIAL_MS / 1000} s` }
  if (child.error !== undefined) return null
  const end = child.signal === null ? `ended with ${child.status}` : `was ended by ${child.signal}`
  const said = child.stderr.trim().split('\n').at(-1) ?? ''
  return { reason: `a process that loaded it ${end}${said === '' ? '' : `: ${plain(said)}`}` }
}

function judged({ loaded = false, message, library = '' }: Outcome, core: string): Trial | null {
  if (message === undefined) return { reason: null }
  const isOfLibTorch = loaded || (library !== '' && library !== core)
  return isOfLibTorch ? { reason: plain(message) } : null
}
