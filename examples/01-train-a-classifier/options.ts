// Reads the command line into checked options; every refusal is one line that names the option and the remedy.

import { parseArgs } from 'node:util'
import { type OptionKind, type OptionName, optionTable } from './option-table.js'
import { printable } from './printable.js'

/** What was asked for; what was not given is undefined. */
export interface Options {
  help: boolean
  data: string | undefined
  test: string | undefined
  testLabels: string | undefined
  sampleSubmission: string | undefined
  weights: string | undefined
  freeze: 'report' | 'none' | undefined
  head: 'report' | 'linear' | undefined
  schedule: 'plateau' | 'cosine' | undefined
  output: string | undefined
  epochs: number | undefined
  batchSize: number | undefined
  size: number | undefined
  cropScale: number | undefined
  cache: 'disk' | 'memory' | 'none' | undefined
  learningRate: number | undefined
  device: 'auto' | 'cpu' | 'cuda' | undefined
  precision: 'auto' | 'float32' | 'bfloat16' | undefined
  seed: number | undefined
}

/** A command line that cannot be followed. `message` is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

type Given = Map<OptionName, string>

/** @throws UsageError for an unknown or repeated option, a missing or wrong value, or options that do not go together. */
export function readOptions(argv: readonly string[]): Options {
  const given = collect(argv)
  if (!given.has('help')) checkTogether(given)
  const text = (name: OptionName): string | undefined => given.get(name)
  const number = (name: OptionName): number | undefined =>
    given.has(name) ? Number(given.get(name)) : undefined
  return {
    help: given.has('help'),
    data: text('data'),
    test: text('test'),
    testLabels: text('test-labels'),
    sampleSubmission: text('sample-submission'),
    weights: text('weights'),
    freeze: text('freeze') as Options['freeze'],
    head: text('head') as Options['head'],
    schedule: text('schedule') as Options['schedule'],
    output: text('output'),
    epochs: number('epochs'),
    batchSize: number('batch-size'),
    size: number('size'),
    cropScale: number('crop-scale'),
    cache: text('cache') as Options['cache'],
    learningRate: number('learning-rate'),
    device: text('device') as Options['device'],
    precision: text('precision') as Options['precision'],
    seed: number('seed'),
  }
}

function collect(argv: readonly string[]): Given {
  const known = Object.fromEntries(optionTable.map(({ name }) => [name, { type: 'string' as const }]))
  const options = { ...known, help: { type: 'boolean' as const, short: 'h' } }
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const given: Given = new Map()
  for (const token of tokens) {
    if (token.kind === 'positional') throw unexpected(token.value)
    if (token.kind !== 'option') continue
    const kind = optionTable.find(({ name }) => name === token.name)?.kind
    if (kind === undefined && token.name !== 'help') throw unknownOption(token.rawName)
    const name = token.name as OptionName
    if (given.has(name)) throw new UsageError(`--${name} is given twice; give it once`)
    given.set(
      name,
      kind === undefined ? '' : checkedValue(name, kind, token.value, token.inlineValue ?? false),
    )
  }
  return given
}

function checkedValue(
  name: OptionName,
  kind: OptionKind,
  value: string | undefined,
  inline: boolean,
): string {
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
  if (kind.is === 'path') return true
  if (kind.is === 'choice') return kind.choices.includes(value)
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return false
  const number = Number(value)
  if (kind.is === 'integer' && !Number.isSafeInteger(number)) return false
  return number >= kind.low && number <= kind.high && !(kind.aboveLow === true && number === kind.low)
}

function described(kind: OptionKind): string {
  if (kind.is === 'path') return 'a path'
  if (kind.is === 'choice') return `one of ${kind.choices.join(', ')}`
  const article = kind.is === 'integer' ? 'an integer' : 'a number'
  const from = kind.aboveLow === true ? `above ${kind.low}` : `of at least ${kind.low}`
  return kind.high === Number.MAX_SAFE_INTEGER
    ? `${article} ${from}`
    : `${article} ${from} and at most ${kind.high}`
}

function checkTogether(given: Given): void {
  for (const { name, needs } of optionTable) {
    if (!given.has(name) || needs === null || given.has(needs)) continue
    const remedy =
      needs === 'test'
        ? 'add --test DIR, the folder of the photographs to predict'
        : 'add --data DIR; the drawn faces are trained by a plan of their own'
    throw new UsageError(`--${name} needs --${needs}: ${remedy}`)
  }
}

function unexpected(value: string): UsageError {
  return new UsageError(
    `Unexpected argument ${shown(value)}; photographs are given by --data DIR, and npm wants -- before options: npm start -- --data DIR`,
  )
}

function unknownOption(rawName: string): UsageError {
  const names = [...optionTable.map(({ name }) => `--${name}`), '--help']
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
