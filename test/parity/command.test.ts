// The parity command as a person runs it: what it prints and how it ends.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../files/temporary-folder.js'
import { checkFile } from './folder.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const goldens = fileURLToPath(new URL('../fixtures/goldens', import.meta.url))

function parity(...args: string[]) {
  const program = ['--import', 'tsx', join(root, 'test/parity/main.ts'), ...args]
  return spawnSync(process.execPath, program, { cwd: root, encoding: 'utf8' })
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(goldens, file), 'utf8'))
}

/** A folder of these files: a copy where the value is null, else the value as JSON, or a text as it is. */
function folderOf(files: Readonly<Record<string, unknown>>): string {
  const folder = temporaryFolder()
  for (const [name, value] of Object.entries(files)) {
    if (value === null) copyFileSync(join(goldens, name), join(folder, name))
    else writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))
  }
  return folder
}

const cheap = { 'random_split.json': null, 'reduce_lr_on_plateau.json': null, 'README.md': 'of goldens' }

describe('a folder within its tolerances', () => {
  it('ends with 0 and a line a check', () => {
    const { status, stdout, stderr } = parity(folderOf(cheap))
    expect([status, stderr]).toEqual([0, ''])
    const lines = stdout.trimEnd().split('\n')
    expect(lines.slice(0, 3)).toEqual([
      expect.stringMatching(/^ +check +precision +error +tolerance$/),
      '"random_split.json" (random_split)',
      expect.stringMatching(/^ +10 by 0\.8 0\.2 seed 0 +- +0 +0 +ok$/),
    ])
    expect(lines.at(-1)).toBe('All 14 checks of 2 files are within their tolerances.')
  })

  it('as one JSON document with --json', () => {
    const { status, stdout } = parity(folderOf(cheap), '--json')
    const { pass, files } = JSON.parse(stdout) as { pass: boolean; files: { checks: unknown[] }[] }
    expect([status, pass]).toEqual([0, true])
    expect(files[1]).toMatchObject({
      file: 'reduce_lr_on_plateau.json',
      kind: 'reduce_lr_on_plateau',
      pass: true,
    })
    expect(files[1]?.checks[0]).toEqual({
      name: '0: min rel patience 2',
      precision: 'float64',
      error: 0,
      tolerance: 1e-12,
      pass: true,
      note: '',
    })
  })
})

describe('a folder that is not', () => {
  it.each([
    ['an unknown kind', { 'other.json': { model: 'vgg16' } }, 'of no known kind'],
    ['an empty list', { 'random_split.json': [] }, 'of no known kind'],
    ['broken JSON', { 'random_split.json': '[{' }, 'JSON'],
    ['another file', { 'weights.bin': 'bytes' }, 'of no known kind: goldens are JSON'],
  ])('ends with 1 for %s beside good ones', (_, files, message) => {
    const { status, stdout } = parity(folderOf({ ...cheap, ...files }))
    expect(status).toBe(1)
    expect(stdout).toContain(message)
    expect(stdout).toContain('1 of')
  })

  it.each([
    ['is empty', () => temporaryFolder(), [], 'holds no golden'],
    ['is not there', () => join(temporaryFolder(), 'nowhere'), [], 'ENOENT'],
    ['is not named', () => null, [], 'FOLDER is missing'],
    ['comes with an unknown option', () => goldens, ['--fast'], "Unknown option '--fast'"],
    [
      'comes with an unknown device',
      () => goldens,
      ['--device', 'tpu'],
      '--device must be one of auto, cpu, cuda',
    ],
    ['comes with another', () => goldens, [goldens], 'Unexpected argument'],
  ])('ends with 1 and says why when it %s', (_, place, options, message) => {
    const folder = place()
    const { status, stdout, stderr } = parity(...(folder === null ? [] : [folder]), ...options)
    expect([status, stdout.includes('ok')]).toEqual([1, false])
    expect(stderr).toContain(message)
  })
})

type Golden = Record<string, unknown>

/** One wrong number each; what cannot be read is worse. */
const spoilt: [string, string, (golden: never) => unknown][] = [
  ['an output', 'forward_mobilenet_v2.json', (g: Golden) => ({ ...g, logits: moved(g.logits) })],
  ['a parameter count', 'forward_mobilenet_v2.json', (g: Golden) => ({ ...g, parameters: 1 })],
  ['a name', 'forward_mobilenet_v2.json', (g: Golden) => ({ ...g, state_dict: { 'a.weight': [1] } })],
  [
    'a missing output',
    'forward_mobilenet_v2.json',
    ({ logits: _, ...g }: Golden) => ({ ...g, logits: [null] }),
  ],
  ['an unknown network', 'forward_mobilenet_v2.json', (g: Golden) => ({ ...g, model: 'vgg16' })],
  ['a loss', 'train_mobilenet_v2_partial.json', (g: Golden) => ({ ...g, losses: moved(g.losses) })],
  ['a layer', 'train_mobilenet_v2_partial.json', (g: Golden) => ({ ...g, trainable: ['layer9'] })],
  ['no losses', 'train_mobilenet_v2_partial.json', (g: Golden) => ({ ...g, losses: [] })],
  [
    'an unknown optimizer',
    'train_mobilenet_v2_partial.json',
    (g: Golden) => ({ ...g, optimizer: { kind: 'lion' } }),
  ],
  [
    'the logits after',
    'staged_mobilenet_v2.json',
    (g: Golden) => ({ ...g, evalLogitsAfter: moved(g.evalLogitsAfter) }),
  ],
  ['an index', 'random_split.json', ([one, ...rest]: Golden[]) => [{ ...one, parts: [[1], [2]] }, ...rest]],
  [
    'a rate',
    'reduce_lr_on_plateau.json',
    ([one, ...rest]: Golden[]) => [{ ...one, lr: moved(one?.lr) }, ...rest],
  ],
  ['a pixel', 'augment.json', (g: Golden) => ({ ...g, cases: spoiltCases(g.cases as Golden[]) })],
  ['an unknown operation', 'augment.json', (g: Golden) => ({ ...g, cases: [{ op: 'solarize', out: [] }] })],
]

/** The last number, by a thousandth of it and a bit. */
function moved(values: unknown): number[] {
  const numbers = values as number[]
  return [...numbers.slice(0, -1), (numbers.at(-1) as number) * 1.001 + 1e-6]
}

function spoiltCases([first, ...rest]: Golden[]): Golden[] {
  const out = first?.out as number[]
  return [{ ...first, out: [255 - (out[0] as number), ...out.slice(1)] }, ...rest]
}

it.each(spoilt)('%s that is wrong fails the file', async (_, file, spoil) => {
  const folder = join(temporaryFolder(), 'goldens')
  mkdirSync(folder)
  writeFileSync(join(folder, file), JSON.stringify(spoil(read(file) as never)))
  const { checks, pass } = await checkFile(folder, file, 'cpu')
  expect(pass).toBe(false)
  expect(checks.some((check) => !check.pass)).toBe(true)
})
