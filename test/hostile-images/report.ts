// What the command prints: a line a finding as it is made, and a table at the end.

import { plain, quoted } from '../../lib/files/index.js'
import { emptyRow, type Finding, type Row, type Tally } from './tally.js'

export function findingLines({ seed, index, kind, what, note, file }: Finding, faces: string | null): string {
  const given = faces === null ? '' : ` --faces ${quoted(faces)}`
  const which = kind === 'folder' ? `--from ${index}` : `--input ${index}`
  const lines = [
    `FINDING  input ${index}, ${shown(`${kind}: ${what}`)}: ${shown(note)}`,
    `npm run -s images:check -- --seed ${seed} ${which}${given}`,
    ...(file === null ? [] : [quoted(file)]),
  ]
  return lines.join('\n         ')
}

const COLUMNS = ['kind', 'inputs', 'decoded', 'refused', 'slowest', 'memory', 'the slowest']

export function table({ kinds }: Tally): string {
  const rows = [...kinds, ['all', allOf([...kinds.values()])] as const].map(([kind, row]) => [
    kind,
    `${row.inputs}`,
    `${row.decoded}`,
    `${row.refused}`,
    `${row.slowestMilliseconds.toFixed(0)} ms`,
    `${(row.mostBytes / 1e6).toFixed(0)} MB`,
    shown(row.slowest),
  ])
  const widths = COLUMNS.map((name, at) =>
    Math.max(name.length, ...rows.map((row) => (row[at] as string).length)),
  )
  return [COLUMNS, ...rows]
    .map((row) =>
      row
        .map((cell, at) =>
          at === 0 || at === COLUMNS.length - 1
            ? cell.padEnd(widths[at] as number)
            : cell.padStart(widths[at] as number),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function allOf(rows: readonly Row[]): Row {
  const all = emptyRow()
  for (const row of rows) {
    all.inputs += row.inputs
    all.decoded += row.decoded
    all.refused += row.refused
    all.mostBytes = Math.max(all.mostBytes, row.mostBytes)
    if (row.slowestMilliseconds <= all.slowestMilliseconds) continue
    all.slowestMilliseconds = row.slowestMilliseconds
    all.slowest = row.slowest
  }
  return all
}

export function closingLines(tally: Tally): string[] {
  const { folders, folderSeconds, folderBytes, findings, skipped, seconds } = tally
  const packed = `${folders} folders were packed, each in ${folderSeconds.toFixed(1)} s and ${(folderBytes / 1e6).toFixed(0)} MB at most.`
  const found = findings.length === 0 ? 'Nothing was found' : `${findings.length} findings`
  return [
    ...skipped.map((line) => `Not tried: ${line}`),
    packed,
    `${found} in ${tally.inputs} images and ${seconds.toFixed(0)} s.`,
  ]
}

export function json(tally: Tally): string {
  const kinds = Object.fromEntries(tally.kinds)
  return JSON.stringify({ pass: tally.findings.length === 0, ...tally, kinds }, null, 2)
}

/** One line that a terminal only draws. */
export function shown(text: string): string {
  return plain(text).slice(0, 300)
}
