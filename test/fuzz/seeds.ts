// The seeds that stay, and inputs of them that are worth reading again. Whatever changes how inputs are made changes
// what the indices mean.

import { readFileSync } from 'node:fs'
import type { ReaderName } from './readers.js'

export interface Kept {
  readonly seed: number
  readonly notable: readonly { readonly index: number; readonly why: string }[]
}

export const SEED_LIMIT = 2 ** 32 - 1

export const seeds = JSON.parse(readFileSync(new URL('./seeds.json', import.meta.url), 'utf8')) as Readonly<
  Record<ReaderName, Kept>
>
