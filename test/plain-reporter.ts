// Closes a run with one plain line of counts, and says why each skipped test was skipped.

import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

export default class PlainReporter implements Reporter {
  constructor(private readonly write: (line: string) => void = console.log) {}

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    const counts: Counts = { passed: 0, failed: unhandled.length, skipped: 0 }
    for (const module of modules) this.count(module, counts)
    if (reason === 'interrupted') this.write('The run was interrupted.')
    this.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  }

  private count(module: TestModule, counts: Counts): void {
    // A file that cannot be collected, or a suite whose hook fails, is a failure without a test of its own.
    counts.failed += module.errors().length
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
    for (const test of module.children.allTests()) {
      const result = test.result()
      if (result.state === 'passed') counts.passed += 1
      else if (result.state === 'failed') counts.failed += 1
      else {
        counts.skipped += 1
        const why = (result.state === 'skipped' && result.note) || 'no reason given'
        this.write(`skipped: ${module.relativeModuleId} > ${test.fullName}: ${why}`)
      }
    }
  }
}
