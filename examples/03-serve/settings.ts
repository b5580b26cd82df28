// What a service is made of: a predictor, and settings of which the command line fills in every default.

import type { Predictor } from '@facecls/torch'

/** What the service needs of a predictor. */
export type ServedPredictor = Pick<
  Predictor,
  'classify' | 'verify' | 'stats' | 'close' | 'classes' | 'device'
>

export interface ServiceSettings {
  /** Photographs that may be decoded, wait or be computed at once: more are refused before their bytes are read. */
  maxQueue: number
  /** Photographs that are computed together. */
  maxBatch: number
  /** Milliseconds after which a photograph whose batch has not begun is given up. */
  deadlineMs: number
  /** Bytes of a photograph's file. */
  maxBytes: number
}

/** Bytes that uploads may hold together, from their first byte to their answer. */
export const MEMORY_LIMIT = 256e6

/** Pixels of a photograph, as many as common telephones take: decoding the largest takes a second, and holds up others. */
export const PIXEL_LIMIT = 50e6
