// The record of what was fetched: nobody publishes a checksum for all of it, so every later fetch has to agree with the first.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TorchError } from '../../errors.js'
import { quoted, saveDurably } from '../../files/index.js'

/** Hashes by the address of an archive or the name of a wheel, which names its version and build. */
export type Checksums = Readonly<Record<string, string>>

/** Remembers what was fetched, once it was found to be what was wanted. */
export async function recordChecksums(cache: string, checksums: Checksums): Promise<void> {
  const all = { ...(await checksumsIn(cache)), ...checksums }
  await saveDurably(recordIn(cache), `${JSON.stringify(all, null, 2)}\n`)
}

/** A file that cannot be understood is as good as none. */
export async function checksumsIn(cache: string): Promise<Checksums> {
  const file = recordIn(cache)
  if (!existsSync(file)) return {}
  try {
    const all = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
    const entries = Object.entries(all).filter(([, hash]) => /^[0-9a-f]{64}$/.test(String(hash)))
    return Object.fromEntries(entries) as Record<string, string>
  } catch {
    return {}
  }
}

export function differsFromFirst(what: string, sha256: string, first: string, cache: string): TorchError {
  return new TorchError(
    'DOWNLOAD',
    `${what} has the SHA-256 ${sha256}, but it was ${first} when it was first fetched. ` +
      `Nothing of it is kept. Where the change is known to be right, remove ${quoted(recordIn(cache))}.`,
  )
}

function recordIn(cache: string): string {
  return join(cache, 'checksums.json')
}
