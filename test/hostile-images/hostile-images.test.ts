// A small part of the corpus in every run of the tests, and what the campaign promises of itself.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { fileFolder, temporaryFolder } from '../files/temporary-folder.js'
import { campaign } from './campaign.js'
import { type Corpus, corpus } from './corpus.js'
import { fileInput } from './input.js'
import type { Tally } from './tally.js'

/** Of the machine on which the tests run nothing is known. */
const GENEROUS = { milliseconds: 60_000, bytes: 4e9 }
const COUNT = 300

const kept = fileFolder()
let images: Corpus
beforeAll(async () => {
  images = await corpus(1, null)
})

it('decodes or refuses one in seven of all inputs, alone and in folders', async () => {
  const step = Math.floor(images.fixed / COUNT)
  const indices = Array.from({ length: COUNT }, (_, at) => at * step)
  const { findings, inputs, kinds, folders, skipped } = await campaign({
    corpus: images,
    seed: 1,
    indices,
    limits: GENEROUS,
  })
  expect(findings).toEqual([])
  expect(inputs + skipped.length).toBe(COUNT)
  expect(folders).toBe(3)
  expect(kinds.size).toBeGreaterThan(20)
})

it('has 2,000 inputs in its list, and others behind it', () => {
  expect(images.fixed).toBeGreaterThan(2000)
  expect(images.input(images.fixed - 1).kind).toBe('names')
  expect(images.input(images.fixed + 7).kind).toBe('mixed damages')
})

it('has the same input for the same seed and index, and another for others', async () => {
  const folder = temporaryFolder()
  const digest = async (from: Corpus, index: number) => {
    const path = await from.input(index).place(folder, [])
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  }
  const [again, other] = [await corpus(1, null), await corpus(2, null)]
  for (const index of [30, 700, 1100, 5000])
    expect(await digest(again, index)).toBe(await digest(images, index))
  expect(await digest(other, 700)).not.toBe(await digest(images, 700))
  expect(await digest(other, 5000)).not.toBe(await digest(images, 5000))
  expect(await digest(images, 5001)).not.toBe(await digest(images, 5000))
})

describe('a decoder that misbehaves', () => {
  const names = ['fits', 'exits', 'dies', 'rejects', 'hangs', 'grows', 'prints', 'fits']
  const made: Corpus = {
    fixed: names.length,
    input: (index) => fileInput('made', `${index}`, names[index] as string, 'either', () => Buffer.alloc(1)),
  }
  let tally: Tally
  beforeAll(async () => {
    tally = await campaign({
      corpus: made,
      seed: 4,
      indices: names.map((_, index) => index),
      limits: { milliseconds: 1000, bytes: 1e9 },
      program: new URL('./misbehaving.ts', import.meta.url),
      keep: join(kept, 'findings'),
    })
  })

  it.each([
    [1, 'exit code 3'],
    [2, 'SIGSEGV'],
    [3, 'nobody listens'],
    [4, 'it hangs: no answer within 3 s'],
    [5, '2000 MB of memory'],
    [6, 'it makes a library print: a library speaks'],
  ])('is found at input %i, and the campaign goes on', (index, note) => {
    const finding = tally.findings.find((found) => found.index === index)
    expect(finding).toMatchObject({ seed: 4, kind: 'made', what: `${index}` })
    expect(finding?.note).toContain(note)
    expect(readFileSync(finding?.file as string)).toHaveLength(1)
  })

  it('spoils no other input', () => {
    expect(tally.findings).toHaveLength(6)
    expect(tally.inputs).toBe(names.length)
  })
})

describe('the command', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const command = (...args: string[]) => {
    const program = ['--import', 'tsx', join(root, 'test/hostile-images/main.ts'), ...args]
    return spawnSync(process.execPath, program, { cwd: root, encoding: 'utf8' })
  }

  it('prints a table and ends with 0', () => {
    const { status, stdout, stderr } = command('--count', '3')
    expect([status, stderr]).toEqual([0, ''])
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^kind +inputs +decoded +refused +slowest +memory +the slowest$/)
    expect(lines[1]).toMatch(/^whole +3 +3 +0 /)
    expect(lines.at(-1)).toMatch(/^Nothing was found in 3 images and \d+ s\.$/)
  })

  it('prints one JSON document with --json, and ends with 1 where a photograph is none', () => {
    const faces = temporaryFolder()
    writeFileSync(join(faces, 'x.jpg'), 'no photograph')
    const { status, stdout } = command('--json', '--faces', faces, '--input', `${images.fixed}`)
    const { pass, findings, kinds } = JSON.parse(stdout)
    expect([status, pass]).toEqual([1, false])
    expect(findings[0]).toMatchObject({ index: images.fixed, kind: 'whole', what: 'x.jpg' })
    expect(kinds.whole).toMatchObject({ inputs: 1, decoded: 0, refused: 1 })
  })

  it.each([
    ['a count that is none', ['--count', 'many'], '--count must be an integer'],
    ['a seed below 0', ['--seed=-1'], '--seed must be an integer'],
    ['an unknown option', ['--fast'], "Unknown option '--fast'"],
  ])('says how it is used and ends with 1 for %s', (_, args, message) => {
    const { status, stdout, stderr } = command(...args)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(message)
    expect(stderr).toContain('Usage: npm run -s images:check --')
  })
})
