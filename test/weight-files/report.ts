// What the command prints: a line a file as each is done, and a line that sums up.

import { plain, quoted } from '../../lib/files/index.js'
import type { BadFileCheck, FileCheck, FolderCheck } from './checks.js'
import type { Kind } from './folder.js'

const FILE_WIDTH = 42

export function line(kind: Kind, check: FileCheck | BadFileCheck): string {
  const verdict = check.pass ? 'ok    ' : 'FAILED'
  const file = quoted(`${kind}/${check.file}`).padEnd(FILE_WIDTH)
  return `${verdict}  ${file}  ${cost(check)}${notes(check)}`.trimEnd()
}

function cost(check: FileCheck | BadFileCheck): string {
  const milliseconds = 'milliseconds' in check ? check.milliseconds : null
  return milliseconds === null ? '' : `${milliseconds.toFixed(1).padStart(7)} ms  `
}

function notes(check: FileCheck | BadFileCheck): string {
  const reason = 'reason' in check && check.reason !== null ? [check.reason] : []
  return [...check.problems, ...reason].map(plain).join('; ')
}

export function summaryLine({ good, bad }: FolderCheck): string {
  const failed = [...good, ...bad].filter(({ pass }) => !pass).length
  const counted = `${good.length} good and ${bad.length} bad files`
  return failed === 0 ? `All ${counted} pass.` : `${failed} of ${counted} FAILED.`
}
