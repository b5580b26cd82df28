// Writes a report: tables for programs and spreadsheets, pictures for people.

import { join, resolve } from 'node:path'
import { freshFolder, saveDurably } from '../../files/index.js'
import type { Picture } from '../../pictures/index.js'
import { stopIfAborted } from '../abort.js'
import { csvChunks } from '../csv-chunks.js'
import { csvFiles } from './csv.js'
import { calibrationChart, groupsChart, worstSheet } from './pictures.js'
import type { EvaluationResults } from './results.js'

/** A report that was written. */
export interface WrittenEvaluation {
  /** Absolute path. */
  readonly folder: string
  /** Absolute paths, tables first. */
  readonly files: readonly string[]
}

export async function saveReport(
  report: EvaluationResults,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<WrittenEvaluation> {
  const written: string[] = []
  const save = async (name: string, data: Parameters<typeof saveDurably>[1]) => {
    stopIfAborted(signal, 'Saving the evaluation')
    const file = resolve(join(folder, name))
    await saveDurably(file, data)
    written.push(file)
  }
  const savePicture = async (name: string, picture: Picture) => {
    await save(`${name}.svg`, picture.svg)
    await save(`${name}.png`, await picture.png())
  }
  stopIfAborted(signal, 'Saving the evaluation')
  await freshFolder(folder)
  for (const { name, rows } of csvFiles(report))
    await save(name, csvChunks(rows, { delimiter: ',', defused: true }))
  await savePicture('calibration', calibrationChart(report))
  const groups = groupsChart(report)
  if (groups !== null) await savePicture('groups', groups)
  const sheet = await worstSheet(report, signal)
  if (sheet !== null) await save('worst.png', sheet)
  return Object.freeze({ folder: resolve(folder), files: Object.freeze(written) })
}
