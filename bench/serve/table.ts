// What a load showed, as lines for a terminal.

import type { Measured } from './service-process.js'

export interface LoadResult {
  readonly alone: Measured
  readonly capacity: Measured
  readonly loads: readonly {
    readonly times: number
    readonly rate: number
    readonly seen: Measured
    readonly recoveryMs: number | null
    readonly capacityAfter: Measured
  }[]
  readonly onnxruntime: Measured | null
  readonly answers: { readonly compared: number; readonly wrong: number; readonly worstDeviation: number }
}

const HEAD = [
  'load',
  'sent/s',
  'answered/s',
  'of capacity',
  'answer p50',
  'p99',
  'refused',
  'refusal p99',
  'loop p99',
  'memory',
  'recovery',
  'client late p99',
]

export function tableOf({ alone, capacity, loads, onnxruntime, answers }: LoadResult): string {
  const rows = [
    row('alone', alone.answeredPerSecond, alone, null, ''),
    row('capacity', capacity.answeredPerSecond, capacity, null, ''),
    ...loads.flatMap(({ times, rate, seen, recoveryMs, capacityAfter }, place) => {
      const before = (loads[place - 1]?.capacityAfter ?? capacity).answeredPerSecond
      const around = (before + capacityAfter.answeredPerSecond) / 2
      return [
        row(`${times} x`, rate, seen, around, recoveryMs === null ? 'none' : ms(recoveryMs)),
        row('capacity', capacityAfter.answeredPerSecond, capacityAfter, null, ''),
      ]
    }),
    ...(onnxruntime === null
      ? []
      : [row('onnxruntime', onnxruntime.answeredPerSecond, onnxruntime, null, '')]),
  ]
  const widths = HEAD.map((name, column) =>
    Math.max(name.length, ...rows.map((cells) => (cells[column] ?? '').length)),
  )
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')
  const all: [string, Measured][] = [
    ['alone', alone],
    ['capacity', capacity],
    ...loads.flatMap(({ times, seen, capacityAfter }): [string, Measured][] => [
      [`${times} x`, seen],
      [`capacity after ${times} x`, capacityAfter],
    ]),
  ]
  const failed = all.flatMap(([name, seen]) =>
    Object.entries(seen.failed).map(([what, count]) => `${name}: ${count} requests failed: ${what}`),
  )
  const { compared, wrong, worstDeviation } = answers
  return [
    line(HEAD),
    ...rows.map(line),
    ...failed,
    `${compared} answers compared, ${wrong} wrong; the farthest was ${(100 * worstDeviation).toFixed(2)} % of the way to another's.`,
  ].join('\n')
}

/** @param capacity Answers a second before and after it; null for a row that is no load. */
function row(
  name: string,
  sent: number,
  seen: Measured,
  capacity: number | null,
  recovery: string,
): string[] {
  return [
    name,
    sent.toFixed(1),
    seen.answeredPerSecond.toFixed(1),
    capacity === null ? '' : `${((100 * seen.answeredPerSecond) / capacity).toFixed(1)} %`,
    ms(seen.answerMs.p50),
    ms(seen.answerMs.p99),
    String(seen.refused),
    ms(seen.refusalMs.p99),
    ms(seen.loopDelayMs.p99),
    `${seen.memoryMb.settled.toFixed(0)} MB`,
    recovery,
    ms(seen.latenessMs.p99),
  ]
}

const ms = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`
