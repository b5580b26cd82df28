// A small part of the campaign in every run of the tests, and what it promises of itself.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { campaign } from './campaign.js'
import { drawLife, ENDINGS, expectedEnd } from './ends.js'
import { growthOf, type Sample } from './growth.js'
import { drawOpening } from './opens.js'
import { wrongEnd } from './part.js'
import { table } from './report.js'
import { drawThread } from './threads.js'
import { watchedProcess } from './watched-process.js'

/** Far more than an end takes on a busy machine: what hangs is found, and nothing else. */
const LIMITS = { hang: 60_000, silence: 240_000 }

it('threads, processes and predictors end in the middle of their work as they are told', async () => {
  const asked = { workers: 16, exits: 9, others: 2, opens: 40, seed: 0, onProgress: () => {} }
  const outcomes = await campaign({ ...asked, ...LIMITS })
  expect(outcomes.flatMap(({ part, findings }) => findings.map((finding) => `${part}: ${finding}`))).toEqual(
    [],
  )
  expect(outcomes.map(({ part, lives }) => [part, lives])).toEqual([
    ['predictors', 40],
    ['worker threads', 16],
    ...ENDINGS.map((ending) => [ending, ending === 'exit' ? 9 : 2]),
  ])
  expect(outcomes[1]?.answers).toBeGreaterThan(0)
  expect(table(outcomes).split('\n')).toHaveLength(1 + outcomes.length)
}, 600_000)

describe('the watch', () => {
  const run = (behaviour: string, limits = LIMITS) =>
    watchedProcess({ ...limits, program: 'misbehaving.mjs', args: [behaviour] })
  const asked = { exitCode: 0, signal: null }

  it('is content with an end as asked', async () => {
    expect(wrongEnd(await run('nothing'), asked)).toBeNull()
    expect(wrongEnd(await run('throw'), { exitCode: 1, signal: null, says: 'on purpose' })).toBeNull()
  })

  it.each([
    ['another exit code', 'code', /^ended with 3, not 0/],
    ['a crash', 'crash', /^ended with SIGSEGV, not 0/],
    ['a word on the error output', 'words', /^wrote to its error output: a word/],
    ['an error', 'throw', /^ended with 1, not 0: [\s\S]*on purpose/],
  ])('finds %s', async (_, behaviour, message) => {
    expect(wrongEnd(await run(behaviour), asked)).toMatch(message)
  })

  it('ends and finds what hangs, and tells what its threads do', async () => {
    const hung = await run('hang', { ...LIMITS, hang: 500 })
    expect(wrongEnd(hung, asked)).toMatch(
      /^the process did not end within 0\.5 s, [\d.]+ s of processor time; its threads: .*node S/,
    )
    const silent = await run('silence', { ...LIMITS, silence: 500 })
    expect(wrongEnd(silent, asked)).toMatch(/^nothing was told for 0\.5 s/)
  })

  it('takes no broken process for one that threw', () => {
    const end = { exitCode: 1, signal: null, hung: null, slowestMilliseconds: 1 }
    const expected = { exitCode: 1, signal: null, says: 'on purpose' }
    expect(wrongEnd({ ...end, errors: 'thrown on purpose' }, expected)).toBeNull()
    expect(wrongEnd({ ...end, errors: 'thrown on purpose\nFATAL ERROR' }, expected)).not.toBeNull()
    expect(wrongEnd({ ...end, errors: '' }, expected)).not.toBeNull()
  })
})

describe('growth', () => {
  /** Of 30 samples, one every 10 lives, with what is added to each. */
  const growth = (added: (at: number) => Partial<Sample>) =>
    growthOf(
      Array.from({ length: 30 }, (_, i) => {
        const at = 10 * (i + 1)
        // The warm-up, then some noise.
        const rss = i < 8 ? 200e6 + 10e6 * i : 280e6 + 1e6 * (i % 3)
        const held = {
          rss,
          heap: 20e6 + 1e5 * (i % 2),
          descriptors: 20 + (i % 2),
          open: ['a1', 'a2'],
          threads: 11,
        }
        return { at, ...held, ...added(at) }
      }),
    )

  it('is none where memory settles', () => {
    expect(growth(() => ({})).findings).toEqual([])
    expect(growth(() => ({})).rssPerLife).toBeLessThan(20e3)
  })

  it.each<[string, (at: number) => Partial<Sample>, RegExp]>([
    ['memory', (at) => ({ rss: 280e6 + at * 9e6 }), /^memory grew by 9000\.0 kB a life$/],
    ['objects', (at) => ({ heap: 20e6 + at * 12e3 }), /^JavaScript's memory grew by 12\.0 kB a life$/],
    ['descriptors', (at) => ({ descriptors: 20 + at / 10 }), /^descriptors grew from \d+ to \d+: 2 x aN$/],
    ['threads', (at) => ({ threads: 10 + at / 10 }), /^threads grew from \d+ to \d+$/],
  ])('of %s is found', (_, added, message) => {
    expect(growth(added).findings).toEqual([expect.stringMatching(message)])
  })
})

describe('a life', () => {
  it('is a function of the seed and its number', () => {
    const drawn = (seed: number) =>
      Array.from({ length: 50 }, (_, i) => [
        drawLife('exit', seed, i),
        drawThread(seed, i),
        drawOpening(seed, i),
      ])
    expect(drawn(1)).toEqual(drawn(1))
    expect(drawn(1)).not.toEqual(drawn(2))
  })

  it('of a process has all works, in the main thread, in a worker thread and in both', () => {
    const lives = Array.from({ length: 100 }, (_, i) => drawLife('exit', 0, i))
    expect(new Set(lives.map(({ work, where }) => `${work} ${where}`)).size).toBe(27)
    for (const life of lives) expect(expectedEnd(life)).toEqual({ exitCode: life.code, signal: null })
  })
})

describe('the command', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const lifetimes = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', join(root, 'test/lifetimes/main.ts'), ...args], {
      cwd: root,
      encoding: 'utf8',
    })

  it('gives JSON', () => {
    const args = ['--workers', '0', '--exits', '1', '--others', '0', '--opens', '2', '--hang', '60', '--json']
    const { status, stdout } = lifetimes(...args)
    const { pass, parts } = JSON.parse(stdout)
    expect({ status, pass }).toEqual({ status: 0, pass: true })
    expect(parts).toMatchObject([
      { part: 'predictors', lives: 2, findings: [] },
      { part: 'exit', lives: 1, findings: [] },
    ])
  }, 300_000)

  it.each([
    ['no number', ['--workers', 'many'], 'Expected an integer of at least 0 for --workers'],
    ['no time', ['--hang', '0'], 'Expected an integer of at least 1 for --hang'],
    ['another argument', ['folder'], 'Unexpected argument'],
  ])('says how it is used and ends with 1 for %s', (_, args, message) => {
    const { status, stdout, stderr } = lifetimes(...args)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(message)
    expect(stderr).toContain('Usage: npm run -s lifetimes --')
  })
})
