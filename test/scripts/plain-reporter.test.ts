import { expect, test } from 'vitest'
import type { TestModule } from 'vitest/node'
import PlainReporter from '../plain-reporter.js'

type Result = { state: string; note?: string }

function moduleOf(results: Result[], errors: unknown[] = [], suiteErrors: unknown[] = []): TestModule {
  const tests = results.map((result, index) => ({ fullName: `case ${index}`, result: () => result }))
  const children = { allTests: () => tests, allSuites: () => [{ errors: () => suiteErrors }] }
  return { relativeModuleId: 'test/a.test.ts', errors: () => errors, children } as unknown as TestModule
}

function report(modules: TestModule[], unhandled: unknown[] = []): string[] {
  const lines: string[] = []
  new PlainReporter((line) => lines.push(line)).onTestRunEnd(modules, unhandled, 'passed')
  return lines
}

test('a file or suite that fails outside its tests, and an unhandled error, count as failed', () => {
  const modules = [
    moduleOf([], [new Error('no import')]),
    moduleOf([{ state: 'passed' }], [], [new Error('hook')]),
  ]
  expect(report(modules, [new Error('unhandled')])).toEqual(['1 passed, 3 failed, 0 skipped'])
})

test('the counts stand alone on the last line, each skip with its reason before them', () => {
  const results = [
    { state: 'passed' },
    { state: 'failed' },
    { state: 'skipped', note: 'no mounts here' },
    { state: 'skipped' },
    { state: 'pending' },
  ]
  expect(report([moduleOf(results), moduleOf([{ state: 'passed' }])])).toEqual([
    'skipped: test/a.test.ts > case 2: no mounts here',
    'skipped: test/a.test.ts > case 3: no reason given',
    'skipped: test/a.test.ts > case 4: no reason given',
    '2 passed, 1 failed, 3 skipped',
  ])
})
