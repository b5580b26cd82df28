// The key of a dataset's pack: of its content, which is read once and remembered by what can be seen from outside.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureFolder, saveDurably } from '../../files/index.js'
import type { FaceDataset } from '../dataset.js'
import { contentKey, outerKey, type Watch } from './fingerprint.js'

const KEY = /^[0-9a-f]{32}$/

/** The name of a file that remembers a content's key. */
export const KEY_FILE_NAME = /^[0-9a-f]{32}\.key$/

/** @throws TorchError FILE: the folder cannot be written. ABORTED. */
export async function packKey(
  dataset: FaceDataset,
  size: number,
  folder: string,
  watch: Watch,
): Promise<string> {
  const remembered = join(folder, `${await outerKey(dataset, size, watch.signal)}.key`)
  const known = await readFile(remembered, 'latin1').catch(() => '')
  if (KEY.test(known)) return known
  const key = await contentKey(dataset, size, watch)
  await ensureFolder(folder)
  await saveDurably(remembered, key)
  return key
}
