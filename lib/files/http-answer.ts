// Reads what a server answers, and words what it does not.

import { createHash } from 'node:crypto'
import type { Response } from 'undici'
import { messageOf } from '../errors.js'
import { plain } from './shown.js'

/** Codings that fetch undoes: the bytes would be others than Content-Length and ranges count. */
const DECODED = /\b(?:gzip|deflate|br|zstd)\b/i

export type Body = ReadableStreamDefaultReader<Uint8Array>

/**
 * A connection that did not bring the file. `unreachable`: no answer began; `cut`: it broke off; `silent`: nothing
 * came for too long; `busy`: a status that another try may mend; `refused`: one that it does not.
 */
export class Failure extends Error {
  readonly kind: 'unreachable' | 'cut' | 'silent' | 'busy' | 'refused'

  constructor(kind: Failure['kind'], reason: string, cause?: unknown) {
    super(reason, { cause })
    this.kind = kind
  }
}

/**
 * 16 digits that name the one version of a file that a server has at an address; undefined where the server does
 * not say enough to tell it from another.
 *
 * @param total The size of the whole file in bytes.
 */
export function tagOf(url: string, { headers }: Response, total: number | undefined): string | undefined {
  const validator = headers.get('etag') ?? headers.get('last-modified')
  // Files of the same weak ETag may differ in bytes.
  if (!validator || validator.startsWith('W/') || total === undefined) return undefined
  return createHash('sha256').update(`${url}\n${validator}\n${total}`).digest('hex').slice(0, 16)
}

/** The size of the whole file by a Content-Range that begins where it should. */
export function totalOf({ headers }: Response, start: number): number | undefined {
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? []
  return Number(first) === start ? Number(total) : undefined
}

export function bodyOf(response: Response): Body {
  const coding = response.headers.get('content-encoding') ?? ''
  if (DECODED.test(coding) || response.body === null)
    throw new Failure('refused', `the server sent it compressed (${plain(coding)}), though asked not to`)
  return response.body.getReader()
}

/** fetch says only that it failed; its cause says why. */
export function unreachable(thrown: unknown): string {
  const { cause = thrown } = thrown as Error
  const { code } = cause as NodeJS.ErrnoException
  return code && /^E[A-Z]+$/.test(code) ? `no connection (${code})` : `no answer (${plain(messageOf(cause))})`
}

/** `12.3 of 111.9 MB`. */
export function amount(done: number, total: number | undefined): string {
  const [unit, shown] = (total ?? done) < 1e6 ? ['bytes', String] : ['MB', megabytes]
  return total === undefined ? `${shown(done)} ${unit}` : `${shown(done)} of ${shown(total)} ${unit}`
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
