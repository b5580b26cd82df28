// Which LibTorch of the cache is taken: the one that was set up last, which the cache remembers.

import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { saveDurably } from '../files/index.js'

const NAME = 'chosen'

/** The name of the folder in the cache, such as '2.13.0-cuda'; null where nobody chose. It need not be there any more. */
export function chosenFolder(cache: string): string | null {
  try {
    return readFileSync(join(cache, NAME), 'utf8').trim()
  } catch {
    return null
  }
}

/** @param root That of a LibTorch in the cache. */
export async function chooseFolder(cache: string, root: string): Promise<void> {
  const folder = basename(dirname(root))
  if (chosenFolder(cache) !== folder) await saveDurably(join(cache, NAME), `${folder}\n`)
}
