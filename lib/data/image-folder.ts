// Lists a folder of identities, or a flat folder without labels, into a table of files.

import { resolve } from 'node:path'
import { TorchError } from '../errors.js'
import { listed, quoted } from '../files/index.js'
import { forEachBounded, stopIfAborted } from './bounded.js'
import { type FileTable, fileTable } from './file-table.js'
import { byCodePoint } from './order.js'
import {
  type FolderContent,
  LAYOUT,
  type PhotographFolder,
  readFolder,
  realFolder,
  walkFolder,
} from './photographs.js'

/** Folders read at once: enough to hide a network drive's latency, few enough for any limit of open files. */
const FOLDERS_AT_ONCE = 32
const TASK = 'Listing the photographs'

export interface Listing {
  classes: readonly string[]
  table: FileTable
  ignored: string[]
}

/** Identities are the sub-folders by code point; photographs keep the order that torchvision's ImageFolder has. */
export async function listIdentities(path: string, signal: AbortSignal | undefined): Promise<Listing> {
  stopIfAborted(signal, TASK)
  const root = resolve(path)
  const content = await readFolder(root, await realFolder(root))
  refuseWithoutIdentities(root, content)
  const identities = content.folders.sort((a, b) => byCodePoint(a.name, b.name))
  const ignored = [...content.ignored, ...content.photographs.map((name) => resolve(root, name))]
  const found: PhotographFolder[][] = new Array(identities.length)
  await forEachBounded(identities.length, { limit: FOLDERS_AT_ONCE, signal, task: TASK }, async (index) => {
    const { path, real } = identities[index] as FolderContent['folders'][number]
    const walked = await walkFolder(path, real)
    found[index] = walked.folders
    for (const other of walked.ignored) ignored.push(other)
  })
  const classes = identities.map(({ name }) => name)
  refuseUntrainable(root, classes, found)
  return { classes, table: fileTable(found, true), ignored: ignored.sort(byCodePoint) }
}

/** Every photograph in a folder and below it, without labels, by code point of folder and name. */
export async function listUnlabelled(path: string, signal: AbortSignal | undefined): Promise<Listing> {
  stopIfAborted(signal, TASK)
  const root = resolve(path)
  const { folders, ignored } = await walkFolder(root, await realFolder(root))
  stopIfAborted(signal, TASK)
  if (folders.length === 0) {
    const others = ignored.length > 0 ? `, only ${ignored.length} other files` : ''
    throw new TorchError(
      'DATASET',
      `The folder ${quoted(root)} holds no photographs${others}. Put photographs in it.`,
    )
  }
  return { classes: [], table: fileTable([folders], false), ignored: ignored.sort(byCodePoint) }
}

function refuseWithoutIdentities(root: string, { folders, photographs, ignored }: FolderContent): void {
  if (folders.length > 0) return
  const name = quoted(root)
  if (photographs.length > 0) {
    throw new TorchError(
      'DATASET',
      `${photographs.length} photographs lie directly in ${name}, which has no folder of an identity. ` +
        `Move each person's photographs into a folder of their own. ${LAYOUT}`,
    )
  }
  const state = ignored.length > 0 ? `holds no identities, only ${ignored.length} other files` : 'is empty'
  throw new TorchError('DATASET', `The folder ${name} ${state}. Put photographs in it. ${LAYOUT}`)
}

function refuseUntrainable(
  root: string,
  classes: readonly string[],
  found: readonly PhotographFolder[][],
): void {
  const empty = classes.filter((_, label) => found[label]?.length === 0)
  if (empty.length > 0) {
    throw new TorchError(
      'DATASET',
      `${empty.length} of ${classes.length} identities in ${quoted(root)} have no photograph: ${listed(empty)}. ` +
        'Add photographs to these folders or remove them.',
    )
  }
  if (classes.length > 1) return
  const [only, own] = [classes[0] as string, found[0] as PhotographFolder[]]
  const nested = own.length > 1 && own.every(({ path }) => path !== resolve(root, only))
  const remedy = nested
    ? `Its photographs lie in folders of their own: give ${quoted(resolve(root, only))} if those are the identities.`
    : 'Telling people apart needs at least two: add the folder of another person.'
  throw new TorchError(
    'DATASET',
    `${quoted(root)} holds a single identity, ${quoted(only)}. ${remedy} ${LAYOUT}`,
  )
}
