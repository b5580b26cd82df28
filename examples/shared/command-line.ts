// Reads a command line by a table of options; every refusal is one line that names the option and the remedy.

import { parseArgs } from 'node:util'
import type { OptionKind, OptionRow } from './option-rows.js'
import { printable } from './printable.js'

/** A command line that cannot be followed. `message` is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What was given: the text of each option, and '' for the help. */
export type Given<Name extends string> = ReadonlyMap<Name | 'help', string>

export interface CommandLine<Name extends string, Needs extends string> {
  /** As a person types it, with the dashes that npm wants: 'npm start --'. */
  command: string
  table: readonly OptionRow<Name, Needs>[]
  /** What to do where an option is missing that another needs. */
  remedies: Readonly<Record<Needs, string>>
  /** How what people write without an option is given. */
  main?: { what: string; option: string }
}

/** @throws UsageError for an unknown or repeated option, a missing or wrong value, or options that do not go together. */
export function readCommandLine<Name extends string, Needs extends string>(
  argv: readonly string[],
  {
    command,
    table,
    remedies,
    main = { what: 'photographs are', option: '--data DIR' },
  }: CommandLine<Name, Needs>,
): Given<Name> {
  const given = collect(argv, table, (value) => unexpected(value, command, main))
  if (!given.has('help')) checkTogether(given, table, remedies)
  return given
}

function collect<Name extends string>(
  argv: readonly string[],
  table: readonly OptionRow<Name>[],
  refuse: (positional: string) => UsageError,
): Given<Name> {
  const known = Object.fromEntries(table.map(({ name }) => [name, { type: 'string' as const }]))
  const options = { ...known, help: { type: 'boolean' as const, short: 'h' } }
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const given = new Map<Name | 'help', string>()
  for (const token of tokens) {
    if (token.kind === 'positional') throw refuse(token.value)
    if (token.kind !== 'option') continue
    const kind = table.find(({ name }) => name === token.name)?.kind
    if (kind === undefined && token.name !== 'help') throw unknownOption(token.rawName, table)
    const name = token.name as Name | 'help'
    if (given.has(name)) throw new UsageError(`--${name} is given twice; give it once`)
    given.set(
      name,
      kind === undefined ? '' : checkedValue(name, kind, token.value, token.inlineValue ?? false),
    )
  }
  return given
}

function checkedValue(name: string, kind: OptionKind, value: string | undefined, inline: boolean): string {
  const what = described(kind)
  const swallowed = !inline && value?.startsWith('--') === true
  if (value === undefined || value === '' || swallowed) {
    const instead = swallowed ? `but ${shown(value)} follows it` : 'but none is given'
    throw new UsageError(`--${name} needs ${what}, ${instead}; see --help`)
  }
  if (accepts(kind, value)) return value
  throw new UsageError(`Expected ${what} for --${name} but received ${shown(value)}; see --help`)
}

function accepts(kind: OptionKind, value: string): boolean {
  if (kind.is === 'path' || kind.is === 'text') return true
  if (kind.is === 'choice') return kind.choices.includes(value)
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return false
  const number = Number(value)
  if (kind.is === 'integer' && !Number.isSafeInteger(number)) return false
  return number >= kind.low && number <= kind.high && !(kind.aboveLow === true && number === kind.low)
}

function described(kind: OptionKind): string {
  if (kind.is === 'path') return 'a path'
  if (kind.is === 'text') return kind.what
  if (kind.is === 'choice') return `one of ${kind.choices.join(', ')}`
  const article = kind.is === 'integer' ? 'an integer' : 'a number'
  const from = kind.aboveLow === true ? `above ${kind.low}` : `of at least ${kind.low}`
  return kind.high === Number.MAX_SAFE_INTEGER
    ? `${article} ${from}`
    : `${article} ${from} and at most ${kind.high}`
}

function checkTogether<Name extends string, Needs extends string>(
  given: Given<Name>,
  table: readonly OptionRow<Name, Needs>[],
  remedies: Readonly<Record<Needs, string>>,
): void {
  for (const { name, needs } of table) {
    if (!given.has(name) || needs === null || (given as Given<string>).has(needs)) continue
    throw new UsageError(`--${name} needs --${needs}: ${remedies[needs]}`)
  }
}

function unexpected(
  value: string,
  command: string,
  { what, option }: { what: string; option: string },
): UsageError {
  return new UsageError(
    `Unexpected argument ${shown(value)}; ${what} given by ${option}, and npm wants -- before options: ${command} ${option}`,
  )
}

function unknownOption(rawName: string, table: readonly OptionRow[]): UsageError {
  const names = [...table.map(({ name }) => `--${name}`), '--help']
  const [nearest = '--help'] = names.sort((a, b) => distance(rawName, a) - distance(rawName, b))
  const close = distance(rawName, nearest) <= Math.max(2, rawName.length / 3)
  const hint = close ? `did you mean ${nearest}? ` : ''
  return new UsageError(`Unknown option ${shown(rawName)}; ${hint}--help lists all options`)
}

function shown(value: string): string {
  return `"${printable(value.length > 60 ? `${value.slice(0, 57)}...` : value)}"`
}

/** The least number of characters to add, drop or change that makes b from a (Levenshtein). */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, character] of [...a].entries()) {
    const row = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const changed = (above[j] ?? 0) + (character === b[j] ? 0 : 1)
      row.push(Math.min(changed, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1))
    }
    above = row
  }
  return above[b.length] ?? 0
}
