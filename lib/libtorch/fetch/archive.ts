// The official archive of a LibTorch: where it is, and how it comes into the cache.

import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { TorchError } from '../../errors.js'
import { attempt, download, quoted, sha256Of } from '../../files/index.js'
import type { OnProgress } from '../../progress/index.js'
import type { Variant } from '../version.js'
import { checksumsIn, differsFromFirst } from './checksums.js'

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
      throw differsFromFirst(`What ${quoted(url)} gave`, sha256, first, cache)
    },
  })
  // Another process may fetch the same.
  await attempt('move', target, () => rename(target, file))
  return { file, sha256 }
}
