// Runs a command line, from its words to its exit code.

import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { messageOf, TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import { findLibTorch } from '../libtorch/index.js'
import { runBuild } from './build.js'
import { clearCache, listCache } from './cache.js'
import { CACHE_KINDS, type Command, HELP_TEXT, readCommand } from './command-line.js'
import { runDoctor } from './doctor/doctor.js'
import { megabytes, type Screen } from './screen.js'
import { runSetup } from './setup.js'
import { UsageError } from './usage.js'

/** Exit codes: 0 done or healthy, 1 failed or not, 2 a command line that cannot be followed, 130 and 143 stopped. */
export async function runCommandLine(argv: readonly string[], screen: Screen): Promise<number> {
  try {
    return await runCommand(readCommand(argv), screen)
  } catch (thrown) {
    const isExpected =
      thrown instanceof UsageError ||
      thrown instanceof TorchError ||
      /^Expected .* but received /.test(messageOf(thrown))
    screen.problem(isExpected ? messageOf(thrown) : ((thrown as Error | null)?.stack ?? messageOf(thrown)))
    return thrown instanceof UsageError ? 2 : 1
  }
}

async function runCommand(command: Command, screen: Screen): Promise<number> {
  switch (command.name) {
    case 'help':
      screen.line(HELP_TEXT)
      return 0
    case 'version':
      screen.line(packageVersion())
      return 0
    case 'setup':
      return runSetup(command, screen)
    case 'doctor':
      return runDoctor(command.json, screen)
    case 'cache':
      return runCache(command, screen)
    case 'build':
      return runBuild()
  }
}

async function runCache(command: Extract<Command, { name: 'cache' }>, screen: Screen): Promise<number> {
  const isList = command.action === 'list'
  const entries = isList ? await listCache(CACHE_KINDS) : await clearCache(command.kinds)
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  if (isList && command.json) screen.line(JSON.stringify({ entries, bytes }, null, 2))
  else {
    const taken = isList ? takenLibTorch() : null
    for (const { kind, bytes, path } of entries) {
      const mark = path === taken ? '  (taken)' : ''
      screen.line(`${kind.padEnd(8)}  ${megabytes(bytes).padStart(10)}  ${quoted(path)}${mark}`)
    }
    screen.line(`${isList ? '' : 'Removed: '}${megabytes(bytes)} in ${entries.length} places`)
  }
  return 0
}

/** The folder in the cache of the LibTorch that would be loaded; another path or null where that is none of the cache's. */
function takenLibTorch(): string | null {
  try {
    return dirname(findLibTorch().root)
  } catch {
    return null
  }
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
