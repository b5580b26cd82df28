// Fetches LibTorch into the cache, and tells how far it is.

import { resolve } from 'node:path'
import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import { findLibTorch, provideLibTorch } from '../libtorch/index.js'
import type { Command } from './command-line.js'
import { type Host, readHost } from './doctor/host.js'
import { checkPlatform } from './doctor/platform.js'
import type { Screen } from './screen.js'

/** npx passes a terminal's Ctrl-C on to a process that the terminal told already; one that comes later ends at once. */
const SAME_KEYSTROKE_MS = 500

const exitCodeOf = (name: NodeJS.Signals): number => (name === 'SIGTERM' ? 143 : 130)

/** Returns the exit code. */
export async function runSetup(
  { variant, from }: Extract<Command, { name: 'setup' }>,
  screen: Screen,
  host?: Host,
): Promise<number> {
  const refused = checkPlatform(host ?? (await readHost())).find(({ state }) => state === 'problem')
  if (refused) {
    screen.problem(`${refused.name}: ${refused.found}. ${refused.advice}.`)
    return 1
  }
  const controller = new AbortController()
  let stoppedAt = Infinity
  const onSignal = (name: NodeJS.Signals): void => {
    if (performance.now() > stoppedAt + SAME_KEYSTROKE_MS) process.exit(exitCodeOf(name))
    stoppedAt = Math.min(stoppedAt, performance.now())
    controller.abort(name)
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  try {
    const { libtorch, wasThere } = await provideLibTorch({
      variant,
      from,
      signal: controller.signal,
      say: (line) => screen.line(line),
      onProgress: (progress) => screen.progress(progress),
    })
    const { root, version } = libtorch
    const words = libtorch.variant === 'cuda' ? 'CUDA' : 'the processor'
    screen.line(
      `LibTorch ${version} for ${words} ${wasThere ? 'was there already' : 'is there'}: ${quoted(root)}`,
    )
    tellOfAnother(root, screen)
    return 0
  } catch (thrown) {
    if (!(thrown instanceof TorchError && thrown.code === 'ABORTED')) throw thrown
    screen.problem('Stopped. The same command goes on from what was fetched of the archive.')
    return exitCodeOf(controller.signal.reason)
  } finally {
    screen.clear()
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}

/** The one that was asked for need not be the one that is loaded. */
function tellOfAnother(root: string, screen: Screen): void {
  const { LIBTORCH } = process.env
  if (LIBTORCH) {
    if (resolve(LIBTORCH) !== root)
      screen.line('LIBTORCH is set and goes before it: unset LIBTORCH to use this one.')
    return
  }
  const first = findLibTorch()
  if (first.root === root) return
  const which = first.variant === 'cuda' ? 'The one for CUDA' : `That of ${first.origin}`
  screen.line(`${which} goes before it; to use this one, set LIBTORCH to ${quoted(root)}`)
}
