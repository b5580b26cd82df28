// The comparison as text for a README.

import { printable } from '../shared/printable.js'
import type { Table } from './tables.js'

export function markdownTable({ head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`
  const rule = `|${head.map((_, column) => (column === 0 ? '---|' : '---:|')).join('')}`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/** A name that no character of turns into markup. */
function escaped(name: string): string {
  return printable(name)
    .replace(/[\\`*_{}[\]()#|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
}
