// What an inspection is asked for.

import * as check from '../../check.js'
import type { OnProgress } from '../../progress/index.js'
import type { Sample } from '../dataset-options.js'
import { DISTANCE_LIMIT } from './near-search.js'

/** What an inspection needs of a dataset. */
export interface Photographs {
  readonly length: number
  /** Empty where there are no labels. */
  readonly classes: readonly string[]
  at(index: number): Sample
  counts(): number[]
}

/** How an inspection judges; all but the datasets. */
export interface InspectSettings {
  /** An identity with fewer photographs is reported. Defaults to 5. */
  fewPhotographs?: number
  /**
   * Bits of 64 by which the coarse fingerprints of near duplicates may differ, 0 to 11; finer fingerprints decide.
   * Defaults to 6.
   */
  nearDistance?: number
  /** A photograph whose shorter side has fewer pixels is reported. Defaults to 64. */
  tinySide?: number
  /** A photograph whose longer side is more than so many times the shorter one is reported. Defaults to 2. */
  sideRatio?: number
  /** A photograph is reported whose content takes less than this share of it, the rest being bands of one colour. Defaults to 0.7. */
  contentShare?: number
  /** Ends the work with code ABORTED. */
  signal?: AbortSignal
  /** Called after each photograph, and now and then while duplicates are searched. */
  onProgress?: OnProgress
}

export type CheckedSettings = Required<Omit<InspectSettings, 'signal' | 'onProgress'>> & {
  readonly signal: AbortSignal | undefined
  readonly onProgress: OnProgress | undefined
}

export const SETTINGS = [
  'fewPhotographs',
  'nearDistance',
  'tinySide',
  'sideRatio',
  'contentShare',
  'signal',
  'onProgress',
] as const

/** Every default filled in. */
export function checkSettings(options: InspectSettings): CheckedSettings {
  const { onProgress } = options
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new TypeError(check.expected('a function', 'onProgress', onProgress))
  return {
    fewPhotographs: check.integer('fewPhotographs', options.fewPhotographs ?? 5, 0),
    nearDistance: check.integer('nearDistance', options.nearDistance ?? 6, 0, DISTANCE_LIMIT),
    tinySide: check.integer('tinySide', options.tinySide ?? 64, 0),
    sideRatio: check.number('sideRatio', options.sideRatio ?? 2, 1),
    contentShare: check.number('contentShare', options.contentShare ?? 0.7, 0, 1),
    signal: check.signal('signal', options.signal),
    onProgress,
  }
}
