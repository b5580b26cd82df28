// The photographs of a training: which files there are and whom each shows. Nothing is decoded here.

import * as check from '../check.js'
import { TorchError } from '../errors.js'
import { type FileTable, pathOf } from './file-table.js'
import { type Listing, listIdentities, listUnlabelled } from './image-folder.js'
import { checkFractions, randomSplit, stratifiedSplit } from './split.js'

/** One photograph. */
export interface Sample {
  /** Absolute path. */
  readonly file: string
  /** Index into the dataset's `classes`; -1 where the dataset has no labels. */
  readonly label: number
}

export interface ListOptions {
  /** Ends the listing with code ABORTED. */
  signal?: AbortSignal
}

export interface SplitOptions {
  /** An integer of at least 0; the same seed gives the same parts on any machine. Defaults to 0. */
  seed?: number
  /**
   * 'stratified' divides each identity by the fractions, so that each stands in every part. 'random' is PyTorch's
   * `random_split` with `manual_seed(seed)`, index for index, and knows nothing of identities. Defaults to 'stratified'.
   */
  method?: 'stratified' | 'random'
}

/**
 * An immutable list of photographs with the identity of each. It holds names, never pixels: about 60 bytes
 * heap a file, and every dataset made from it shares them.
 *
 * @example
 * const faces = await FaceDataset.fromFolder('faces/train')   // faces/train/<identity>/*.jpg
 * const { train, val } = faces.split({ train: 0.8, val: 0.2 }, { seed: 42 })
 */
export class FaceDataset implements Iterable<Sample> {
  /** The identities by code point; a label is an index into them. They stay whole when samples are left out. */
  readonly classes: readonly string[]
  /** Absolute paths in the folder that are no photographs by their names: hidden ones, other extensions, strays. */
  readonly ignored: readonly string[]
  /** How many photographs there are. */
  readonly length: number
  readonly #table: FileTable
  readonly #files: Int32Array
  #samples: WeakRef<readonly Sample[]> | undefined

  private constructor({ classes, table, ignored }: Listing, files: Int32Array) {
    this.classes = Object.freeze(classes)
    this.ignored = Object.freeze(ignored)
    this.length = files.length
    this.#table = table
    this.#files = files
    Object.freeze(this)
  }

  /**
   * Lists a folder that holds one folder an identity; folders inside those count as part of the identity.
   * Photographs are files that end in .jpg, .jpeg, .png, .webp, .avif, .tif, .tiff or .gif, in any case, and are not
   * hidden. The order is that of torchvision's ImageFolder: identities, then files, by code point.
   *
   * @throws TorchError DATASET: the folder is missing, is empty, or has fewer than two identities.
   */
  static async fromFolder(path: string, options?: ListOptions): Promise<FaceDataset> {
    return FaceDataset.#listed(listIdentities, path, options)
  }

  /**
   * Lists all photographs in a folder and below it without labels, for prediction.
   *
   * @throws TorchError DATASET: the folder is missing or holds no photograph.
   */
  static async unlabelled(path: string, options?: ListOptions): Promise<FaceDataset> {
    return FaceDataset.#listed(listUnlabelled, path, options)
  }

  static async #listed(
    list: typeof listIdentities,
    path: string,
    options?: ListOptions,
  ): Promise<FaceDataset> {
    check.string('path', path)
    const { signal } = check.options('options', options, ['signal'])
    const listing = await list(path, check.signal('signal', signal))
    return new FaceDataset(listing, Int32Array.from(listing.table.names.keys()))
  }

  /**
   * All samples in order. The array is made on the first access and may be collected between accesses; a loop
   * over the dataset itself (`for (const sample of faces)`) makes none.
   */
  get samples(): readonly Sample[] {
    const held = this.#samples?.deref()
    if (held !== undefined) return held
    const samples = Object.freeze([...this])
    this.#samples = new WeakRef(samples)
    return samples
  }

  *[Symbol.iterator](): Generator<Sample, void, undefined> {
    for (const file of this.#files) yield this.#sample(file)
  }

  /** One sample, by its position in [0, length). */
  at(index: number): Sample {
    return this.#sample(this.#files[check.integer('index', index, 0, this.length - 1)] as number)
  }

  /** Labels in the order of the samples, (length); a copy. */
  labels(): Int32Array {
    return this.#files.map((file) => this.#table.labels[file] as number)
  }

  /** How many photographs each identity has, in the order of `classes`. */
  counts(): number[] {
    const counts = this.classes.map(() => 0)
    for (const label of this.labels()) if (label >= 0) counts[label] = (counts[label] as number) + 1
    return counts
  }

  /**
   * Divides the photographs into named parts. `fractions` are shares in (0, 1] that add up to 1; parts are filled in
   * the order of their keys.
   *
   * @throws TorchError DATASET: an identity has fewer photographs than there are parts (stratified), a part would
   * be empty, or there are no labels to stratify by.
   * @example const { train, val, test } = faces.split({ train: 0.7, val: 0.2, test: 0.1 }, { seed: 42 })
   */
  split<const Part extends string>(
    fractions: Readonly<Record<Part, number>>,
    options?: SplitOptions,
  ): Record<Part, FaceDataset> {
    const parts = checkFractions(fractions)
    const { seed = 0, method = 'stratified' } = check.options('options', options, ['seed', 'method'])
    check.integer('seed', seed, 0)
    check.oneOf('method', method, ['stratified', 'random'])
    const shares = parts.map(([, share]) => share)
    const divided =
      method === 'random'
        ? randomSplit(this.length, shares, seed)
        : stratifiedSplit(this.#labelsToStratify(), this.classes, shares, seed)
    const datasets = parts.map(([name], part): [string, FaceDataset] => {
      const indices = divided[part] as Int32Array
      if (indices.length > 0) return [name, this.select(indices)]
      throw new TorchError(
        'DATASET',
        `A split of ${this.length} photographs leaves none for ${name}. Add photographs or give it a larger fraction.`,
      )
    })
    return Object.fromEntries(datasets) as Record<Part, FaceDataset>
  }

  /** Keeps the samples for which `keep` returns true; `classes` and labels stay as they are. */
  filter(keep: (sample: Sample, index: number) => boolean): FaceDataset {
    if (typeof keep !== 'function') throw new TypeError(check.expected('a function', 'keep', keep))
    return this.#subset(this.#files.filter((file, index) => keep(this.#sample(file), index)))
  }

  /** Keeps the first `count` samples, or all where there are fewer; `classes` and labels stay as they are. */
  take(count: number): FaceDataset {
    return this.#subset(this.#files.slice(0, check.integer('count', count, 1)))
  }

  /** The samples at these positions, each in [0, length), in this order; `classes` and labels stay as they are. */
  select(indices: ArrayLike<number>): FaceDataset {
    const files = Int32Array.from(indices, (index, position) => {
      return this.#files[check.integer(`indices[${position}]`, index, 0, this.length - 1)] as number
    })
    return this.#subset(files)
  }

  #sample(file: number): Sample {
    return { file: pathOf(this.#table, file), label: this.#table.labels[file] as number }
  }

  #subset(files: Int32Array): FaceDataset {
    return new FaceDataset(
      { classes: this.classes as string[], table: this.#table, ignored: this.ignored as string[] },
      files,
    )
  }

  #labelsToStratify(): Int32Array {
    if (this.classes.length > 0) return this.labels()
    throw new TorchError(
      'DATASET',
      "These photographs have no labels to stratify by; split with { method: 'random' }.",
    )
  }
}
