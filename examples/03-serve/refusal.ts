// Why a request has no answer: an HTTP status, a code for programs, and words for people.

import { OverloadedError, TorchError } from '@facecls/torch'

/** Stable: metrics count by it, and the page words it. */
export type RefusalCode =
  | 'ABORTED' // the client has gone
  | 'DEADLINE' // the service did not get round to it in time
  | 'DRAINING' // the service is about to end
  | 'FAILED' // the service is at fault
  | 'IMAGE' // the photograph cannot be decoded
  | 'MEDIA_TYPE' // the body is neither a photograph nor a form
  | 'NOT_FOUND' // there is no such address
  | 'NOT_READY' // the model is being opened
  | 'OVERLOADED' // too many photographs wait already
  | 'REQUEST' // the request is malformed
  | 'TOO_LARGE' // in bytes or in pixels

/** A refusal as data: an error takes its stack along, which costs more than all else of a refusal. */
export interface RefusalNotice {
  readonly status: number
  readonly code: RefusalCode
  readonly message: string
  /** Milliseconds after which the same request may be answered. */
  readonly retryAfterMs?: number | undefined
}

/** The same, to be thrown. */
export class Refusal extends Error implements RefusalNotice {
  override readonly name = 'Refusal'
  readonly status: number
  readonly code: RefusalCode
  readonly retryAfterMs: number | undefined

  constructor({ status, code, message, retryAfterMs }: RefusalNotice) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** Milliseconds after which clients may come again while the model is being opened, or to the next service. */
const SOON = 1000

export const NOT_READY: RefusalNotice = {
  status: 503,
  code: 'NOT_READY',
  message: 'The model is being opened.',
  retryAfterMs: SOON,
}

export const DRAINING: RefusalNotice = {
  status: 503,
  code: 'DRAINING',
  message: 'The service is about to end.',
  retryAfterMs: SOON,
}

/** What a refused request is sent, beside its status. */
export function refusalAnswer({ code, message, retryAfterMs }: RefusalNotice): {
  headers: Record<string, string>
  body: string
} {
  const soon = retryAfterMs === undefined ? {} : { retryAfterMs }
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' }
  if (retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(retryAfterMs / 1000))
  return { headers, body: JSON.stringify({ code, message, ...soon }) }
}

export function tooLarge(what: string): Refusal {
  return new Refusal({ status: 413, code: 'TOO_LARGE', message: what })
}

export function badRequest(what: string): Refusal {
  return new Refusal({ status: 400, code: 'REQUEST', message: what })
}

/** What the request is told about anything that was thrown on its way. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown
  if (thrown instanceof OverloadedError)
    return new Refusal({
      ...{ status: 503, code: 'OVERLOADED', message: thrown.message },
      retryAfterMs: thrown.retryAfterMs,
    })
  if (thrown instanceof TorchError) return ofTorch(thrown)
  if (thrown instanceof Error && 'statusCode' in thrown) return ofFastify(thrown)
  return failed()
}

function ofTorch({ code, message }: TorchError): Refusal {
  switch (code) {
    case 'IMAGE':
      return new Refusal({ status: 422, code: 'IMAGE', message })
    case 'DEADLINE':
      return new Refusal({ status: 504, code: 'DEADLINE', message })
    case 'CLOSED':
      return new Refusal(DRAINING)
    case 'ABORTED':
      return new Refusal({ status: 499, code: 'ABORTED', message }) // nobody reads it; access logs know the number
    default:
      return failed()
  }
}

function ofFastify(thrown: Error & { statusCode?: unknown; validation?: unknown }): Refusal {
  const { statusCode, message } = thrown
  if (statusCode === 413 && !('code' in thrown && LIMITS_OF_PARTS.has(String(thrown.code))))
    return tooLarge('The photograph is larger than this service takes.')
  if (statusCode === 415)
    return new Refusal({
      status: 415,
      code: 'MEDIA_TYPE',
      message: 'Send the photograph as a body of type image/..., or as multipart/form-data.',
    })
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return badRequest(message)
  return failed()
}

/** What the form has too many of is no photograph that is too large. */
const LIMITS_OF_PARTS = new Set(['FST_FILES_LIMIT', 'FST_PARTS_LIMIT', 'FST_FIELDS_LIMIT'])

/** Strangers learn nothing of the inside; the service's own log does. */
function failed(): Refusal {
  return new Refusal({ status: 500, code: 'FAILED', message: 'The service failed at this request.' })
}
