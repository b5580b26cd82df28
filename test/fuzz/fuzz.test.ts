// A small part of the fuzzing in every run of the tests, and what the fuzzing promises of itself.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { TorchError } from '../../lib/errors.js'
import { readWeights } from '../../lib/weights/index.js'
import { fileFolder, temporaryFolder } from '../files/temporary-folder.js'
import { campaign, passes } from './campaign.js'
import { inputOf } from './inputs.js'
import { judge } from './judge.js'
import { passesHeader, READERS, type ReaderName } from './readers.js'
import { seeds } from './seeds.js'
import { findingIn, type Step } from './steps.js'

const FIRST = 150

const folder = fileFolder()

function written(reader: ReaderName, index: number): string {
  const path = join(folder, 'input')
  writeFileSync(path, inputOf(reader, seeds[reader].seed, index).bytes)
  return path
}

describe.each(READERS)('the reader of %s', (reader) => {
  it('loads or refuses the first inputs, and gets past the header of half of them', async () => {
    let past = 0
    for (let index = 0; index < FIRST; index++) {
      const path = written(reader, index)
      const { kind, note } = await judge(readWeights, path)
      expect(kind, `input ${index}: ${note}`).not.toBe('finding')
      if (await passesHeader(reader, path)) past++
    }
    expect(past).toBeGreaterThanOrEqual(FIRST / 2)
  })

  it.each(seeds[reader].notable)('loads or refuses input $index: $why', async ({ index }) => {
    const { kind, note } = await judge(readWeights, written(reader, index))
    expect(kind, note).not.toBe('finding')
  })

  it('has the same input for the same seed and index, and another for others', () => {
    const digest = (seed: number, index: number) =>
      createHash('sha256')
        .update(inputOf(reader, seed, index).bytes)
        .digest('hex')
    const digests = [digest(1, 0), digest(1, 1), digest(2, 0), digest(2, 1)]
    expect([digest(1, 0), digest(1, 1), digest(2, 0), digest(2, 1)]).toEqual(digests)
    expect(new Set(digests).size).toBe(4)
  })
})

describe('the judge', () => {
  const path = 'any'
  const loads = { format: 'torch-zip', tensors: [], metadata: {} } as const

  it('lets a reader load, and refuse with WEIGHTS or FILE', async () => {
    expect(await judge(async () => ({ ...loads, tensors: [] }), path)).toMatchObject({ kind: 'loaded' })
    for (const code of ['WEIGHTS', 'FILE'] as const)
      expect(await judge(() => Promise.reject(new TorchError(code, 'damaged')), path)).toEqual({
        kind: 'refused',
        note: 'damaged',
      })
  })

  it.each<[string, unknown, string]>([
    ['a TypeError', new TypeError('x is undefined'), 'it throws TypeError: x is undefined'],
    ['another code', new TorchError('NATIVE', 'refused'), 'it throws TorchError NATIVE: refused'],
    ['no error', 'damaged', 'it throws damaged'],
    [
      'a message that is not escaped',
      new TorchError('WEIGHTS', 'bad \u001b[2J'),
      'its message would drive a terminal: bad \\u001b[2J',
    ],
  ])('reports a reader that throws %s', async (_, thrown, note) => {
    expect(await judge(() => Promise.reject(thrown), path)).toEqual({ kind: 'finding', note })
  })

  it('reports time and memory past their limits', () => {
    const step: Step = {
      kind: 'loaded',
      note: '1 tensor',
      index: 0,
      passesHeader: true,
      milliseconds: 999,
      peakGrowthBytes: 255e6,
    }
    expect(findingIn(step)).toBeNull()
    expect(findingIn({ ...step, milliseconds: 1001, peakGrowthBytes: 257e6 })).toBe(
      'it takes 1001 ms, memory grows by 257 MB: 1 tensor',
    )
  })
})

describe('a campaign', () => {
  it('reads so many inputs in another process and counts what came of them', async () => {
    const tally = await campaign({ reader: 'zip', seed: 1, seconds: 60, keep: temporaryFolder(), count: 40 })
    expect(tally.findings).toEqual([])
    expect(tally.inputs).toBe(40)
    expect(tally.loaded + tally.refused).toBe(40)
  })

  it('goes on after an input that hangs, ends the process or takes too much, and keeps it', async () => {
    const keep = temporaryFolder()
    const program = new URL('./misbehaving.ts', import.meta.url)
    const wanted = { reader: 'legacy', seed: 1, seconds: 60, keep, count: 14, program, hang: 2000 } as const
    const { inputs, findings } = await campaign(wanted)
    expect(inputs).toBe(14)
    expect(findings.map(({ index, note }) => [index, note])).toEqual([
      [2, expect.stringMatching(/^it hangs: no answer within \d\.\d s$/)],
      [4, 'it ended the process: exit code 3'],
      [6, 'it ended the process: SIGSEGV'],
      [8, expect.stringMatching(/^it ended the process: exit code 1: .*nobody handles this/)],
      [10, 'memory grows by 300 MB: damaged'],
      [12, 'it takes 2000 ms: damaged'],
    ])
    for (const { index, file } of findings)
      expect(readFileSync(file)).toEqual(inputOf('legacy', 1, index).bytes)
  })

  it('fails where less than half get past the header, or something was found', () => {
    const finding = { reader: 'zip', seed: 1, index: 0, what: '', note: '', file: '' } as const
    const tally = {
      reader: 'zip',
      seed: 1,
      inputs: 4,
      seconds: 1,
      pastHeader: 2,
      loaded: 1,
      refused: 3,
      findings: [],
      slowestMilliseconds: 1,
      slowestIndex: 0,
      peakGrowthBytes: 0,
    } as const
    expect(passes({ ...tally, findings: [] })).toBe(true)
    expect(passes({ ...tally, findings: [], pastHeader: 1 })).toBe(false)
    expect(passes({ ...tally, findings: [finding] })).toBe(false)
    expect(passes({ ...tally, findings: [], inputs: 0, pastHeader: 0 })).toBe(false)
  })
})

describe('the command', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const fuzz = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', join(root, 'test/fuzz/main.ts'), ...args], {
      cwd: root,
      encoding: 'utf8',
    })

  it('reads one input again with --input', () => {
    const { status, stdout } = fuzz('--reader', 'legacy', '--seed', '1', '--input', '1')
    const { bytes, what } = inputOf('legacy', 1, 1)
    expect(status).toBe(0)
    expect(stdout.split('\n')[0]).toBe(`legacy seed 1 input 1: ${bytes.length} bytes, ${what}`)
    expect(stdout).toMatch(/^(refused|loaded) in [\d.]+ ms, memory grew by \d+ MB$/m)
  })

  it.each([
    ['an unknown reader', ['--reader', 'onnx'], '--reader must be one of safetensors, zip, legacy, all'],
    ['no time', ['--seconds', 'long'], '--seconds must be an integer from 0'],
    ['a negative seed', ['--seed=-1'], '--seed must be an integer from 0 to 4294967295'],
    ['an input of no reader', ['--input', '1'], '--input needs --reader'],
    ['another argument', ['folder'], 'Unexpected argument'],
  ])('says how it is used and ends with 1 for %s', (_, args, message) => {
    const { status, stdout, stderr } = fuzz(...args)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(message)
    expect(stderr).toContain('Usage: npm run -s fuzz --')
  })
})
