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

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly code: RefusalCode
  /** Milliseconds after which the same request may be answered. */
  readonly retryAfterMs: number | undefined

  constructor(status: number, code: RefusalCode, message: string, retryAfterMs?: number) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** What a refused request is sent, beside its status. */
export function refusalAnswer({ code, message, retryAfterMs }: Refusal): {
  headers: Record<string, string>
  body: string
} {
  const soon = retryAfterMs === undefined ? {} : { retryAfterMs }
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' }
  if (retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(retryAfterMs / 1000))
  return { headers, body: JSON.stringify({ code, message, ...soon }) }
}

export function tooLarge(what: string): Refusal {
  return new Refusal(413, 'TOO_LARGE', what)
}

export function badRequest(what: string): Refusal {
  return new Refusal(400, 'REQUEST', what)
}

/** What the request is told about anything that was thrown on its way. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown
  if (thrown instanceof OverloadedError)
    return new Refusal(503, 'OVERLOADED', thrown.message, thrown.retryAfterMs)
  if (thrown instanceof TorchError) return ofTorch(thrown)
  if (thrown instanceof Error && 'statusCode' in thrown) return ofFastify(thrown)
  return failed()
}

function ofTorch({ code, message }: TorchError): Refusal {
  switch (code) {
    case 'IMAGE':
      return new Refusal(422, 'IMAGE', message)
    case 'DEADLINE':
      return new Refusal(504, 'DEADLINE', message)
    case 'CLOSED':
      return new Refusal(503, 'DRAINING', 'The service is about to end.', 1000)
    case 'ABORTED':
      return new Refusal(499, 'ABORTED', message) // nobody reads it; access logs know the number
    default:
      return failed()
  }
}

function ofFastify(thrown: Error & { statusCode?: unknown; validation?: unknown }): Refusal {
  const { statusCode, message } = thrown
  if (statusCode === 413 && !('code' in thrown && LIMITS_OF_PARTS.has(String(thrown.code))))
    return tooLarge('The photograph is larger than this service takes.')
  if (statusCode === 415)
    return new Refusal(
      415,
      'MEDIA_TYPE',
      'Send the photograph as a body of type image/..., or as multipart/form-data.',
    )
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return badRequest(message)
  return failed()
}

/** What the form has too many of is no photograph that is too large. */
const LIMITS_OF_PARTS = new Set(['FST_FILES_LIMIT', 'FST_PARTS_LIMIT', 'FST_FIELDS_LIMIT'])

/** Strangers learn nothing of the inside; the service's own log does. */
function failed(): Refusal {
  return new Refusal(500, 'FAILED', 'The service failed at this request.')
}
