// The official archive of a LibTorch: where it is, and how it comes into the cache.

import { existsSync } from 'node:fs'
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { TorchError } from '../../errors.js'
import { attempt, download, quoted, saveDurably, sha256Of } from '../../files/index.js'
import type { OnProgress } from '../../progress/index.js'
import type { Variant } from '../version.js'

/** Longer than a server takes to answer, and as long as a person waits before another way is tried. */
const ANSWER_MS = 5000

/** The CUDA that the official archive is built for. */
const CUDA = 'cu130'

export function officialUrl(version: string, variant: Variant): string {
  const build = variant === 'cpu' ? 'cpu' : CUDA
  const name = `libtorch-shared-with-deps-${version}%2B${build}.zip`
  return `https://download.pytorch.org/libtorch/${build}/${name}`
}

/**
 * The official archive, or the one that FACECLS_LIBTORCH_URL names in its place.
 *
 * @throws TorchError DOWNLOAD: the variable holds no address. Its value may hold a password, so it is not shown.
 */
export function archiveUrl(version: string, variant: Variant): string {
  const { FACECLS_LIBTORCH_URL: own } = process.env
  if (!own) return officialUrl(version, variant)
  const parsed = URL.canParse(own) ? new URL(own) : null
  if (parsed && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '')
    return own
  throw new TorchError(
    'DOWNLOAD',
    'FACECLS_LIBTORCH_URL is no http or https address without a password. Correct it, or unset it.',
  )
}

export interface ArchiveJob {
  readonly url: string
  readonly variant: Variant
  readonly byHand: string
  readonly onProgress?: OnProgress | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ArchiveFolders {
  /** Holds the record of checksums, which stays when the cache is cleared. */
  readonly cache: string
  readonly downloads: string
  readonly staging: string
}

export interface FetchedArchive {
  readonly file: string
  readonly sha256: string
}

/**
 * Fetches an archive into `downloads`, or goes on with what an earlier call left there, and moves it to `staging`.
 *
 * @throws TorchError DOWNLOAD, FILE, ABORTED as {@link download} does; DOWNLOAD too where it differs from the recorded one.
 */
export async function fetchArchive(
  { cache, downloads, staging }: ArchiveFolders,
  { url, variant, ...options }: ArchiveJob,
): Promise<FetchedArchive> {
  const target = join(downloads, `libtorch-${variant}.zip`)
  const file = join(staging, 'libtorch.zip')
  const first = (await checksumsIn(cache))[url]
  let sha256 = ''
  await download(url, target, {
    ...options,
    answerMs: ANSWER_MS,
    async verify(path) {
      sha256 = await sha256Of(path, options.signal, 'Fetching LibTorch')
      if (first === undefined || first === sha256) return
      throw new TorchError(
        'DOWNLOAD',
        `What ${quoted(url)} gave has the SHA-256 ${sha256}, but it was ${first} when it was first fetched. ` +
          `Nothing of it is kept. Where the change is known to be right, remove ${quoted(recordIn(cache))}.`,
      )
    },
  })
  // Another process may fetch the same.
  await attempt('move', target, () => rename(target, file))
  return { file, sha256 }
}

/**
 * Remembers what an address gave, once it was found to be what was wanted. Nobody publishes a checksum for it, so every later
 * fetch has to agree with the first.
 */
export async function recordChecksum(cache: string, url: string, sha256: string): Promise<void> {
  const all = { ...(await checksumsIn(cache)), [url]: sha256 }
  await saveDurably(recordIn(cache), `${JSON.stringify(all, null, 2)}\n`)
}

function recordIn(cache: string): string {
  return join(cache, 'checksums.json')
}

/** By address. A file that cannot be understood is as good as none. */
async function checksumsIn(cache: string): Promise<Record<string, string>> {
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
