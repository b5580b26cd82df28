// Fetches LibTorch into the cache, and tells how far it is.

import { resolve } from 'node:path'
import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import { findLibTorch, provideLibTorch } from '../libtorch/index.js'
import type { Command } from './command-line.js'
import { type Host, readHost } from './doctor/host.js'
import { checkPlatform } from './doctor/platform.js'
import type { Screen } from './screen.js'

/** Exit codes of a command that a signal stopped. */
const STOPPED = { SIGINT: 130, SIGTERM: 143 } as const

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
  const onSignal = (name: NodeJS.Signals): void => controller.abort(name)
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
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
    return STOPPED[controller.signal.reason as keyof typeof STOPPED] ?? 1
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
  } else if (findLibTorch().root !== root) {
    screen.line(`The one for CUDA goes before it; to use this one: export LIBTORCH=${quoted(root)}`)
  }
}
