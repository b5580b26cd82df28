// Where a training keeps its decoded photographs, as it is said and with every default filled in.

import { resolve } from 'node:path'
import * as check from '../../check.js'
import { DEFAULT_LIMIT, defaultPackFolder } from './pack-cache.js'

/**
 * 'disk': decoded once into a file that later trainings find again. 'memory': decoded once a training. 'none': decoded in
 * every epoch, a few batches ahead.
 */
export type CacheKind = 'disk' | 'memory' | 'none'

export const CACHE_KINDS = ['disk', 'memory', 'none'] as const satisfies readonly CacheKind[]

/** Where a training keeps its pack, and how much room packs may take: of `Trainer.cache()`. */
export interface CacheOptions {
  /** For 'disk'. Defaults to FACECLS_PACKS, else to `packs` in the per-user cache. */
  folder?: string
  /** For 'disk': bytes that the folder may hold; packs that were not used for longest make room. Defaults to 40e9. */
  limit?: number
}

/** What `Trainer.cache()` made of its arguments. */
export interface CacheSettings {
  readonly kind: CacheKind
  /** An absolute path; null: the per-user cache. */
  readonly folder: string | null
  readonly limit: number
}

export const DEFAULT_CACHE: CacheSettings = Object.freeze({
  kind: 'disk',
  folder: null,
  limit: DEFAULT_LIMIT,
})

export function cacheSettings(kind: unknown, options: CacheOptions | undefined): CacheSettings {
  const checked = check.oneOf('kind', kind, CACHE_KINDS)
  const { folder, limit } = check.options('options', options, ['folder', 'limit'])
  if (checked !== 'disk' && (folder !== undefined || limit !== undefined))
    throw new TypeError(`Expected no folder and no limit for the cache '${checked}', which writes no file`)
  return Object.freeze({
    kind: checked,
    folder: folder === undefined ? null : resolve(check.string('folder', folder)),
    limit: check.number('limit', limit ?? DEFAULT_LIMIT, 1),
  })
}

/** The folder of packs. */
export const packFolder = ({ folder }: CacheSettings): string => folder ?? defaultPackFolder()
