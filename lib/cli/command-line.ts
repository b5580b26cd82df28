// Reads a command line into a command with its options; every refusal is one line.

import { parseArgs } from 'node:util'
import type { Variant } from '../libtorch/index.js'
import { shown, UsageError, unknown } from './usage.js'

/** In the order in which they are cleared: clearing packs, which may be in use, needs LibTorch. */
export const CACHE_KINDS = ['packs', 'weights', 'libtorch'] as const
export type CacheKind = (typeof CACHE_KINDS)[number]

export type Command =
  | { name: 'help' }
  | { name: 'version' }
  | { name: 'setup'; variant: Variant | undefined; from: string | undefined }
  | { name: 'doctor'; json: boolean }
  | { name: 'cache'; action: 'list'; json: boolean }
  | { name: 'cache'; action: 'clear'; kinds: readonly CacheKind[] }
  | { name: 'build' }

/** The options of each command, and whether they take a value. */
const OPTIONS = {
  setup: { cpu: false, cuda: false, from: true },
  doctor: { json: false },
  cache: { json: false },
  build: {},
} as const satisfies Record<string, Record<string, boolean>>
type Name = keyof typeof OPTIONS
const NAMES = Object.keys(OPTIONS) as Name[]

const HELP = 'npx facecls-torch --help'

export const HELP_TEXT = `Provides what @facecls/torch needs on this machine.

Usage: npx facecls-torch COMMAND

  setup              fetches LibTorch into the per-user cache, unless it is there, and takes it from then on
    --cpu            the build for the processor: the default, about 200 MB
    --cuda           the build for NVIDIA GPUs: about 3 GB, and 4 GB on the disk
    --from FILE      takes it from an archive (.zip), a wheel (.whl) or a folder of wheels instead of fetching it
  doctor             says what is there, what is missing, and what to do; exit code 0 where all is well, else 1
    --json           the same for programs
  cache list         what the caches hold, and how much room it takes
    --json           the same for programs
  cache clear KIND   removes it: one or more of ${CACHE_KINDS.join(', ')}, or all
  build              compiles the native addon against the LibTorch at hand

  --help             this text
  --version          the version of this package

Environment: LIBTORCH, FACECLS_CACHE, FACECLS_PACKS, FACECLS_LIBTORCH_URL, HTTPS_PROXY, NO_PROXY; the README says more.`

/** @throws UsageError for an unknown command or option, a missing or unexpected value, or options that exclude each other. */
export function readCommand(argv: readonly string[]): Command {
  const [first, ...rest] = argv
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') return { name: 'help' }
  if (first === '--version' || first === '-v') return { name: 'version' }
  if (first.startsWith('-')) throw unknown('option', first, ['--help', '--version'], HELP)
  if (!(NAMES as string[]).includes(first)) throw unknown('command', first, NAMES, HELP)
  const name = first as Name
  const { given, words } = collect(name, rest)
  if (given.has('help')) return { name: 'help' }
  if (name === 'cache') return readCache(given, words)
  if (words[0] !== undefined)
    throw new UsageError(`Unexpected argument ${shown(words[0])} of ${name}; ${HELP}`)
  if (name === 'setup') return readSetup(given)
  return name === 'doctor' ? { name, json: given.has('json') } : { name }
}

interface Collected {
  /** By name; '' where an option takes no value. */
  given: ReadonlyMap<string, string>
  words: readonly string[]
}

function collect(name: Name, args: readonly string[]): Collected {
  const known: Readonly<Record<string, boolean>> = { ...OPTIONS[name], help: false }
  const options = Object.fromEntries(
    Object.entries(known).map(([option, value]) => [
      option,
      { type: value ? ('string' as const) : ('boolean' as const), ...(option === 'help' && { short: 'h' }) },
    ]),
  )
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const given = new Map<string, string>()
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const takesValue = Object.hasOwn(known, token.name) ? known[token.name] : undefined
    if (takesValue === undefined) {
      const names = Object.keys(known).map((option) => `--${option}`)
      throw unknown(`option of ${name}`, token.rawName, names, HELP)
    }
    if (given.has(token.name)) throw new UsageError(`--${token.name} is given twice; give it once`)
    given.set(token.name, checkedValue(token.name, takesValue, token.value, token.inlineValue ?? false))
  }
  return { given, words }
}

function checkedValue(
  name: string,
  takesValue: boolean,
  value: string | undefined,
  isInline: boolean,
): string {
  if (!takesValue) {
    if (value !== undefined) throw new UsageError(`--${name} takes no value, but ${shown(value)} is given`)
    return ''
  }
  const isSwallowed = !isInline && value?.startsWith('--') === true
  if (value === undefined || value === '' || isSwallowed) {
    const instead = isSwallowed ? `but ${shown(value)} follows it` : 'but none is given'
    throw new UsageError(`--${name} needs a path, ${instead}; ${HELP}`)
  }
  return value
}

function readSetup(given: Collected['given']): Command {
  if (given.has('cpu') && given.has('cuda'))
    throw new UsageError('--cpu and --cuda exclude each other; give one of them')
  const variant = given.has('cuda') ? 'cuda' : given.has('cpu') ? 'cpu' : undefined
  return { name: 'setup', variant, from: given.get('from') }
}

function readCache(given: Collected['given'], [action = 'list', ...kinds]: readonly string[]): Command {
  if (action === 'list') {
    if (kinds[0] !== undefined) throw new UsageError(`Unexpected argument ${shown(kinds[0])} of cache list`)
    return { name: 'cache', action, json: given.has('json') }
  }
  if (action !== 'clear') throw unknown('action of cache', action, ['list', 'clear'], HELP)
  if (given.has('json')) throw new UsageError('--json goes with cache list, not with cache clear')
  const all = [...CACHE_KINDS, 'all']
  if (kinds.length === 0) throw new UsageError(`cache clear needs one or more of ${all.join(', ')}`)
  for (const kind of kinds) if (!all.includes(kind)) throw unknown('kind of cache', kind, all, HELP)
  return {
    name: 'cache',
    action,
    kinds: CACHE_KINDS.filter((kind) => kinds.includes(kind) || kinds.includes('all')),
  }
}
