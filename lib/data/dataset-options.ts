// What datasets are asked for, and what they consist of.

import * as check from '../check.js'
import type { ColumnNames } from './label-csv.js'

/** One photograph. */
export interface Sample {
  /** Absolute path. */
  readonly file: string
  /** Index into the dataset's `classes`; -1 where the dataset has no labels. */
  readonly label: number
}

/** Of whatever lists photographs. */
export interface ListOptions {
  /** Ends the listing with code ABORTED. */
  signal?: AbortSignal
}

/** Of `FaceDataset.fromCsv()`. */
export interface TableOptions extends ListOptions {
  /** What the names in the table are relative to. Defaults to the table's own folder. */
  folder?: string
  /** Names of the columns. Default to those that are called so: file, image, id, ...; label, identity, class, ... */
  columns?: ColumnNames
}

/** Of `FaceDataset.fromList()`. */
export interface FileListOptions extends ListOptions {
  /** What relative names are relative to. Defaults to the working directory. */
  folder?: string
}

/** Of `FaceDataset.split()`. */
export interface SplitOptions {
  /** An integer of at least 0; the same seed gives the same parts on any machine. Defaults to 0. */
  seed?: number
  /**
   * 'stratified' divides each identity by the fractions, so that each stands in every part. 'random' is PyTorch's
   * `random_split` with `manual_seed(seed)`, index for index, and knows nothing of identities. Defaults to 'stratified'.
   */
  method?: 'stratified' | 'random'
}

/** Every default filled in. */
export function splitOptions(options: SplitOptions | undefined): Required<SplitOptions> {
  const { seed = 0, method = 'stratified' } = check.options('options', options, ['seed', 'method'])
  return {
    seed: check.integer('seed', seed, 0),
    method: check.oneOf('method', method, ['stratified', 'random']),
  }
}
