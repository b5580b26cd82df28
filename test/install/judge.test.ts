import { describe, expect, test } from 'vitest'
import { PLATFORM_PACKAGE } from '../../lib/libtorch/index.js'
import { doctorProblem, trainingProblem } from './judge.js'
import { table, verdict } from './report.js'

describe('what doctor says', () => {
  const said = (healthy: boolean, origin: string) =>
    JSON.stringify({ healthy, libtorch: { origin } }, null, 2)

  test.each([
    ['', 'doctor finds problems'],
    [said(false, 'the cache "/c"'), 'doctor finds problems'],
    [said(true, 'LIBTORCH'), 'LibTorch comes from LIBTORCH, not from the cache '],
    [
      said(true, `the package ${PLATFORM_PACKAGE}`),
      `LibTorch comes from the package ${PLATFORM_PACKAGE}, not from the cache `,
    ],
  ])('%s', (output, problem) => expect(doctorProblem(output, 'online')).toBe(problem))

  test('without a network the package is what is wanted', () => {
    expect(doctorProblem(said(true, 'the cache "/c"'), 'offline')).toMatch(/not from the package/)
    expect(doctorProblem(said(true, `the package ${PLATFORM_PACKAGE}`), 'offline')).toBeNull()
  })

  test('lines of others before it do no harm', () => {
    expect(doctorProblem(`{ warning\n${said(true, 'the cache "/c"')}`, 'online')).toBeNull()
  })
})

describe('what a training says', () => {
  const answers = [
    { identity: 'b', probability: 0.75 },
    { identity: 'a', probability: 0.25 },
  ]
  const good = { photographs: 10, classes: ['a', 'b'], answers }

  test.each([
    [{}, 'it trained on undefined photographs'],
    [{ ...good, photographs: 9 }, 'it trained on 9 photographs'],
    [{ ...good, classes: ['a'] }, 'it names no two identities'],
    [{ ...good, answers: [answers[0], answers[0]] }, 'it answered b, b'],
    [
      { ...good, answers: [answers[0], { identity: 'a', probability: 0.5 }] },
      'its probabilities sum to 1.25',
    ],
  ])('%j', (said, problem) => expect(trainingProblem(JSON.stringify(said))).toBe(problem))

  test('nothing is wrong', () => expect(trainingProblem(JSON.stringify(good))).toBeNull())
})

describe('the report', () => {
  const row = { manager: 'npm (11)', way: 'online', network: 'registry', seconds: { install: 1.26 } } as const

  test('a failure shows, with what was printed', () => {
    const rows = [{ ...row, failure: 'it ended with 1' }]
    expect(table(rows)).toMatch(/npm \(11\) +online +registry +1\.3 +- +- +- +FAILED$/)
    expect(verdict(rows)).toBe('\nnpm (11), online: it ended with 1\n1 of 1 installations FAILED.')
  })

  test('and so does none', () => {
    expect(verdict([{ ...row, failure: null }])).toBe('All 1 installations train and classify.')
  })
})
