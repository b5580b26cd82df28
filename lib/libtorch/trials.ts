// Remembers of each LibTorch for CUDA whether it could be loaded: a try takes seconds, and its outcome stays the same until the
// libraries or the driver change.

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { removeAtOnce, saveAtOnce } from '../files/index.js'
import { nvidiaDriver } from './driver.js'
import { type LibTorch, libtorchCache } from './find.js'

/** Why it cannot be loaded, or null where it can. */
export interface Trial {
  readonly reason: string | null
}

interface Remembered extends Trial {
  /** When its libraries changed last. */
  readonly times: string
  readonly driver: string | null
}

const recordFile = (): string => join(libtorchCache(), 'trials.json')

/** Undefined where it was never tried, or its libraries or the driver have changed since. */
export function rememberedTrial(libtorch: LibTorch): Trial | undefined {
  const found = record()[libtorch.root]
  if (found === undefined || found.times !== timesOf(libtorch) || found.driver !== nvidiaDriver())
    return undefined
  return { reason: found.reason }
}

/** A cache that cannot be written remembers nothing, and the next process tries again. */
export function rememberTrial(libtorch: LibTorch, { reason }: Trial): void {
  const remembered = { times: timesOf(libtorch), driver: nvidiaDriver(), reason }
  saveAtOnce(recordFile(), `${JSON.stringify({ ...record(), [libtorch.root]: remembered }, null, 2)}\n`)
}

/** For whoever wants to know how it is now: a missing library of the system may have come, which no time shows. */
export function forgetTrials(): void {
  removeAtOnce(recordFile())
}

/** By the folder of the LibTorch. A file that cannot be understood is as good as none. */
function record(): Record<string, Remembered | undefined> {
  try {
    const all = JSON.parse(readFileSync(recordFile(), 'utf8')) as Record<string, Partial<Remembered> | null>
    const isSound = (one: Partial<Remembered> | null): boolean =>
      typeof one?.times === 'string' && (one.reason === null || typeof one.reason === 'string')
    return Object.fromEntries(Object.entries(all).filter(([, one]) => isSound(one))) as Record<
      string,
      Remembered
    >
  } catch {
    return {}
  }
}

/** Of the folders too, which change with what comes and goes in them. */
function timesOf({ root }: LibTorch): string {
  const places = ['lib', 'lib/libtorch_cpu.so', 'lib/libtorch_cuda.so', '../nvidia']
  return places.map((name) => statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0).join(' ')
}
