// The photographs of a test: looked at before hours of training, so that a wrong path or table costs seconds.

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { checkTemplate, FaceDataset, readTemplate } from '@facecls/torch'
import { printable } from './printable.js'
import { shownPath } from './shown-path.js'

export interface TestOptions {
  /** A flat folder, or one folder an identity where there are no answers. */
  folder: string
  /** CSV of id and label. */
  answers: string | undefined
  sampleSubmission: string | undefined
}

export interface TestPhotographs extends TestOptions {
  /** Whether the folders are the labels. */
  byFolders: boolean
  /** Of every photograph in the folder, below which they may lie in other folders. */
  files: readonly string[]
}

/** @throws what is wrong with the folder or a table, and where identities of labelled folders are unknown to `faces`. */
export async function checkTest(
  test: TestOptions,
  faces: FaceDataset,
  signal: AbortSignal,
): Promise<TestPhotographs> {
  const { folder, answers, sampleSubmission } = test
  const byFolders = answers === undefined && (await holdsFolders(folder))
  const labelled = byFolders ? await FaceDataset.fromFolder(folder, { signal }) : null
  const photographs = labelled ?? (await FaceDataset.unlabelled(folder, { signal }))
  const files = photographs.samples.map(({ file }) => file)
  if (sampleSubmission !== undefined) await checkTemplate(sampleSubmission, files)
  if (answers !== undefined) await checkTemplate(answers, files)
  if (labelled !== null) refuseStrangers(labelled, faces, folder)
  return { ...test, byFolders, files }
}

/** The photographs with their identities; null where nobody says them. */
export async function labelledTest(
  { folder, answers, byFolders }: TestPhotographs,
  faces: FaceDataset,
  signal: AbortSignal,
): Promise<FaceDataset | null> {
  if (byFolders) return FaceDataset.fromFolder(folder, { signal })
  if (answers === undefined) return null
  const labelled = await FaceDataset.fromList(await answered(answers), { folder, signal })
  refuseStrangers(labelled, faces, answers)
  return labelled
}

/** The rows of the answers that count: Kaggle's column Usage may tell to ignore some. */
async function answered(answers: string): Promise<{ file: string; label: string }[]> {
  const { columns, rows, idColumn, labelColumn } = await readTemplate(answers)
  const usage = columns.findIndex((name) => name.trim().toLowerCase() === 'usage')
  return rows
    .filter((row) => row[usage]?.trim().toLowerCase() !== 'ignored')
    .map((row) => ({ file: row[idColumn]?.trim() ?? '', label: row[labelColumn]?.trim() ?? '' }))
}

function refuseStrangers(test: FaceDataset, faces: FaceDataset, source: string): void {
  const known = new Set(faces.classes)
  const strangers = test.classes.filter((name) => !known.has(name))
  if (strangers.length === 0) return
  const first = strangers.slice(0, 3).map(printable).join(', ')
  throw new Error(
    `${strangers.length} identities in ${shownPath(source)} are not among those to learn: ${first}. ` +
      'Leave them out, or give photographs to predict without their identities.',
  )
}

async function holdsFolders(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => []) // the library words what is wrong with the folder
  for (const name of names) {
    if (!name.startsWith('.') && (await stat(join(folder, name)).catch(() => null))?.isDirectory())
      return true
  }
  return false
}
