// Walks a folder for photographs: what counts as one, and what is left aside.

import type { Dirent, Stats } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { extname, sep } from 'node:path'
import { messageOf, TorchError } from '../errors.js'
import { plain, quoted } from '../files/index.js'
import { byCodePoint } from './order.js'

const EXTENSIONS = new Set(['.jpg', '.jpeg', '.png', '.webp', '.avif', '.tif', '.tiff', '.gif'])

/** The layout that every message about a folder of identities shows. */
export const LAYOUT =
  'Expected one folder an identity with its photographs inside: faces/train/<identity>/1.jpg'

/** The photographs of one folder, by name, so that a path is stored once and not with each of its files. */
export interface PhotographFolder {
  path: string
  names: string[]
}

/** One level: sub-folders with their real paths (links are followed), photographs, and the paths left aside. */
export interface FolderContent {
  folders: { path: string; name: string; real: string }[]
  photographs: string[]
  ignored: string[]
}

/** Whether the name ends as one of the formats that are decoded does, in any case. */
export function hasImageExtension(name: string): boolean {
  return EXTENSIONS.has(extname(name).toLowerCase())
}

/** The name without an image's extension; any other ending belongs to the name. */
export function withoutImageExtension(name: string): string {
  return hasImageExtension(name) ? name.slice(0, -extname(name).length) : name
}

function refusal(path: string, cause: unknown): TorchError {
  const code = (cause as NodeJS.ErrnoException).code
  const name = quoted(path)
  if (code === 'ENOENT') {
    return new TorchError('DATASET', `The folder ${name} does not exist. Check the path. ${LAYOUT}`, {
      cause,
    })
  }
  if (code === 'ENOTDIR') {
    return new TorchError(
      'DATASET',
      `${name} is a file, not a folder. Give the folder that holds it. ${LAYOUT}`,
      {
        cause,
      },
    )
  }
  const reason = plain(messageOf(cause))
  return new TorchError('DATASET', `The folder ${name} cannot be read: ${reason}. Check its permissions.`, {
    cause,
  })
}

/** The real path of a folder that may be a link; a missing one is refused with the layout expected. */
export async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (cause) {
    throw refusal(path, cause)
  }
}

async function entriesOf(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (cause) {
    throw refusal(path, cause)
  }
}

/** What a link leads to; null where it leads nowhere. */
async function followed(path: string): Promise<Stats | null> {
  return stat(path).catch(() => null)
}

/** Reads one level. `real` is the folder's own real path. Hidden names, pipes and dead links are ignored. */
export async function readFolder(path: string, real: string): Promise<FolderContent> {
  const content: FolderContent = { folders: [], photographs: [], ignored: [] }
  for (const entry of await entriesOf(path)) {
    const { name } = entry
    const below = `${path}${sep}${name}`
    const link = entry.isSymbolicLink()
    const kind = link ? await followed(below) : entry
    if (name.startsWith('.') || kind === null) content.ignored.push(below)
    else if (kind.isDirectory()) {
      content.folders.push({
        path: below,
        name,
        real: link ? await realFolder(below) : `${real}${sep}${name}`,
      })
    } else if (kind.isFile() && hasImageExtension(name)) content.photographs.push(name)
    else content.ignored.push(below)
  }
  return content
}

/**
 * All photographs in a folder and below it: folders by code point of their paths, names by code point within
 * each. A link back to a folder that is being walked is left aside, so that a circle ends.
 */
export async function walkFolder(
  path: string,
  real: string,
): Promise<{ folders: PhotographFolder[]; ignored: string[] }> {
  const folders: PhotographFolder[] = []
  const ignored: string[] = []
  async function visit(path: string, trail: readonly string[]): Promise<void> {
    const content = await readFolder(path, trail.at(-1) as string)
    for (const other of content.ignored) ignored.push(other)
    if (content.photographs.length > 0) folders.push({ path, names: content.photographs.sort(byCodePoint) })
    for (const below of content.folders) {
      if (trail.includes(below.real)) ignored.push(below.path)
      else await visit(below.path, [...trail, below.real])
    }
  }
  await visit(path, [real])
  folders.sort((a, b) => byCodePoint(a.path, b.path))
  return { folders, ignored }
}
