// A table for the terminal: the first column to the left, the others to the right.

import { printable } from './printable.js'

export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => head.map((_, column) => printable(row[column] ?? '')))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   ')
  const rule = widths.map((width) => '-'.repeat(width)).join('   ')
  return [line(cells[0] ?? []), rule, ...cells.slice(1).map(line)].join('\n')
}

/** A share in [0, 1] as '93.3 %'; what was not measured is a dash. */
export function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(1)} %`
}
