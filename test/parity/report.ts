// What the command prints: a line a check as each file is done, and a line that sums up.
import { quoted } from '../../lib/files/index.js'
import type { Check } from './check.js'
import type { FileReport } from './folder.js'

const WIDTHS = [46, 9, 10, 10] as const // check, precision, error, tolerance

export const heading = row('check', 'precision', 'error', 'tolerance', '')

export function fileLines({ file, kind, checks }: FileReport): string[] {
  return [`${quoted(file)}${kind === null ? '' : ` (${kind})`}`, ...checks.map(line)]
}

function line({ name, precision, error, tolerance, pass, note }: Check): string {
  const verdict = `${pass ? 'ok' : 'FAILED'}${note === '' ? '' : `  ${note}`}`
  return row(quoted(name).slice(1, -1), precision ?? '-', shown(error), shown(tolerance), verdict)
}

function row(name: string, precision: string, error: string, tolerance: string, verdict: string): string {
  const cells = [
    name.padEnd(WIDTHS[0]),
    precision.padEnd(WIDTHS[1]),
    error.padStart(WIDTHS[2]),
    tolerance.padStart(WIDTHS[3]),
  ]
  return `  ${cells.join('  ')}  ${verdict}`.trimEnd()
}

function shown(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toExponential(1)
}

export function summaryLine(reports: readonly FileReport[]): string {
  const checks = reports.flatMap((report) => report.checks)
  const failed = checks.filter(({ pass }) => !pass).length
  const counted = `${checks.length} checks of ${reports.length} files`
  return failed === 0 ? `All ${counted} are within their tolerances.` : `${failed} of ${counted} FAILED.`
}

/** One document; a number that JSON lacks, such as NaN, is null. */
export function json(reports: readonly FileReport[]): string {
  return JSON.stringify({ pass: reports.every(({ pass }) => pass), files: reports }, null, 2)
}
