// Fetches a file of up to some GB, so that it is there whole and checked or not at all.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { Dispatcher } from 'undici'
import * as check from '../check.js'
import { messageOf, TorchError } from '../errors.js'
import type { OnProgress } from '../progress/index.js'
import { fileError } from './file-error.js'
import { ensureFolder } from './folders.js'
import { Failure } from './http-answer.js'
import type { PartialFile } from './partial-file.js'
import { plain } from './shown.js'
import { downloadError, type Job, stopIfAborted, Transfer } from './transfer.js'

export interface DownloadOptions {
  /** The first 8 to 64 digits, in lower case, of the file's SHA-256; undefined where none is published. */
  sha256Prefix?: string | undefined
  /** Looks at the whole file, still under another name, and throws where it is not the file wanted. */
  verify?: ((path: string) => Promise<void>) | undefined
  /**
   * Told how many bytes are there, at most 10 times a second, and a last time when all are. Where the server
   * does not tell the size, told that last time only.
   */
  onProgress?: OnProgress | undefined
  /** Ends the work with code ABORTED. What came is kept for the next call. */
  signal?: AbortSignal | undefined
  /** A connection is given up when nothing came for so long. Default 60 000 ms. */
  stallMs?: number | undefined
  /** The same before the server has answered. Defaults to `stallMs`. */
  answerMs?: number | undefined
  /** A sentence that ends every error of code DOWNLOAD: where to fetch the file by hand, and where to put it. */
  byHand: string
}

const KNOWN = ['sha256Prefix', 'verify', 'onProgress', 'signal', 'stallMs', 'answerMs', 'byHand'] as const

/** For the first answer of one of several addresses of a host. Node's own 250 ms are too few for a slow line. */
const ADDRESS_MS = 2000

/**
 * Fetches a file over http or https into `target`, through the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY
 * name. A connection that breaks off is followed by another that fetches the rest. Where that does not help, or
 * the work is aborted, what came stays beside the target, hidden, and the next call goes on from there. An older
 * file of that name stays whole until the new one takes its place. Several calls may fetch the same target at
 * once: each fetches a whole file, and the last one stays. A file whose hash is known is read once more.
 *
 * @throws TorchError DOWNLOAD where the address does not give the file, or gives another than was published;
 *   FILE where the disk refuses; ABORTED; and whatever `verify` and `onProgress` throw.
 */
export async function download(url: string, target: string, options: DownloadOptions): Promise<void> {
  const { sha256Prefix, verify, job } = checked(url, target, options)
  stopIfAborted(job)
  await ensureFolder(dirname(job.target))
  const { EnvHttpProxyAgent, fetch } = await import('undici') // costs 50 ms, and most processes fetch nothing
  const dispatcher = orProxyError(job, () => {
    const connect = { autoSelectFamilyAttemptTimeout: ADDRESS_MS }
    return new EnvHttpProxyAgent({ headersTimeout: 0, bodyTimeout: 0, connect }) // stallMs takes their place
  })
  const transfer = new Transfer(job, (init) => fetch(job.url, { ...init, dispatcher }))
  try {
    const part = await transfer.whole()
    await part.flush()
    if (sha256Prefix !== undefined) await checkHash(job, part, sha256Prefix)
    if (verify !== undefined) await orRemoved(part, () => verify(part.path))
    await part.takePlace()
  } catch (thrown) {
    await transfer.part?.giveBack()
    throw thrown
  } finally {
    await dispatcher.destroy() // an idle connection would keep the process alive
  }
}

/**
 * Whether what {@link download} threw says that the address does not give the file, so that another may be tried: no
 * answer, one that refuses, or silence; not a connection that was cut, a file that differs or a disk that is full.
 */
export function isOutOfReach(thrown: unknown): thrown is TorchError {
  const isDownload = thrown instanceof TorchError && thrown.code === 'DOWNLOAD'
  return isDownload && thrown.cause instanceof Failure && thrown.cause.kind !== 'cut'
}

/**
 * The SHA-256 of a file in 64 lower-case hexadecimal digits.
 *
 * @param task What the signal's error says was stopped.
 * @throws TorchError FILE where it cannot be read; ABORTED.
 */
export async function sha256Of(
  path: string,
  signal?: AbortSignal | undefined,
  task = `Reading ${plain(basename(path))}`,
): Promise<string> {
  const hash = createHash('sha256')
  try {
    const options = { highWaterMark: 2 ** 20, ...(signal && { signal }) }
    for await (const chunk of createReadStream(path, options)) hash.update(chunk)
  } catch (thrown) {
    stopIfAborted({ signal, task })
    throw fileError('read', path, thrown)
  }
  return hash.digest('hex')
}

async function checkHash(job: Job, part: PartialFile, prefix: string): Promise<void> {
  const hash = await sha256Of(part.path, job.signal, job.task)
  if (hash.startsWith(prefix)) return
  await part.remove()
  const found = hash.slice(0, prefix.length)
  const reason = `its SHA-256 begins with ${found}, not with ${prefix}, so that it differs from its published checksum`
  throw downloadError(job, `${reason}. Nothing of it is kept: try again`)
}

/** A file that is not the one wanted is nothing to go on from. */
async function orRemoved(part: PartialFile, verify: () => Promise<void>): Promise<void> {
  try {
    await verify()
  } catch (thrown) {
    await part.remove()
    throw thrown
  }
}

/** The variables are read when the agent is made. */
function orProxyError<T extends Dispatcher>(job: Job, make: () => T): T {
  try {
    return make()
  } catch (thrown) {
    const reason = `the proxy of HTTP_PROXY or HTTPS_PROXY is not of the form http://HOST:PORT (${plain(messageOf(thrown))})`
    throw downloadError(job, reason, thrown)
  }
}

function checked(
  url: string,
  target: string,
  options: DownloadOptions,
): Pick<DownloadOptions, 'sha256Prefix' | 'verify'> & { job: Job } {
  const address = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  const isPublic = address?.username === '' && address.password === ''
  if (!isPublic || !['http:', 'https:'].includes(address.protocol))
    throw new TypeError(check.expected('an http or https address without a password', 'url', url))
  const path = resolve(check.string('target', target))
  const {
    sha256Prefix,
    verify,
    onProgress,
    signal,
    stallMs = 60_000,
    answerMs,
    byHand,
  } = check.options('options', options, KNOWN)
  if (sha256Prefix !== undefined && !/^[0-9a-f]{8,64}$/.test(check.string('sha256Prefix', sha256Prefix))) {
    throw new TypeError(
      check.expected('8 to 64 hexadecimal digits in lower case', 'sha256Prefix', sha256Prefix),
    )
  }
  for (const [name, value] of Object.entries({ verify, onProgress })) {
    if (value !== undefined && typeof value !== 'function')
      throw new TypeError(check.expected('a function', name, value))
  }
  const job = {
    url,
    target: path,
    task: `Fetching ${plain(basename(path))}`,
    onProgress,
    signal: check.signal('signal', signal),
    stallMs: check.number('stallMs', stallMs, 1, 600_000),
    answerMs: check.number('answerMs', answerMs ?? stallMs, 1, 600_000),
    byHand: check.string('byHand', byHand),
  }
  return { sha256Prefix, verify, job }
}
