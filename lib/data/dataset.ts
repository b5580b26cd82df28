// The photographs of a training: which files there are and whom each shows. Nothing is decoded here.

import { dirname, resolve } from 'node:path'
import * as check from '../check.js'
import { quoted } from '../files/index.js'
import type { FileListOptions, ListOptions, Sample, SplitOptions, TableOptions } from './dataset-options.js'
import { divide, foldsOf } from './divide.js'
import { type FileTable, pathOf } from './file-table.js'
import { type Listing, listIdentities, listUnlabelled } from './image-folder.js'
import { inspectPhotographs } from './inspect/inspect.js'
import { checkSettings, type InspectSettings, SETTINGS } from './inspect/options.js'
import type { DatasetReport } from './inspect/report.js'
import { readLabels } from './label-csv.js'
import { checkList, type ListedFile, listFiles, type Named } from './listed-files.js'
import { mergeListings } from './merge.js'
import { byLists, checkLists } from './parts.js'
import { unionOf } from './union.js'

/** One of the folds: what to learn from, and what to measure on. */
export interface Fold {
  readonly train: FaceDataset
  readonly val: FaceDataset
}

/** How a dataset is inspected. */
export interface InspectOptions extends InspectSettings {
  /** Another dataset, such as the validation's, in which no photograph of this one should stand. Nothing else of it is reported. */
  other?: FaceDataset
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

  /**
   * Lists the photographs that a CSV or TSV names, with the identity of each, in the order of its rows. Names may lack
   * their extension. The delimiter is found; columns are found by their names, or given.
   *
   * @throws TorchError DATASET: the columns are not found, a cell is empty, a photograph is not there or stands twice,
   *   or there are fewer than two identities. FILE: the table cannot be read.
   * @example const faces = await FaceDataset.fromCsv('train.csv', { folder: 'faces/train' })
   */
  static async fromCsv(path: string, options?: TableOptions): Promise<FaceDataset> {
    check.string('path', path)
    const { folder, columns, signal } = check.options('options', options, ['folder', 'columns', 'signal'])
    if (folder !== undefined) check.string('folder', folder)
    const named = {
      source: `The table ${quoted(path)}`,
      folder: resolve(folder ?? dirname(path)),
      signal: check.signal('signal', signal),
    }
    return FaceDataset.#all(await listFiles(await readLabels(path, columns), named))
  }

  /**
   * Lists photographs that are given, in their order: all with the identity of each, or all without. Names may lack
   * their extension.
   *
   * @throws TorchError DATASET: a photograph is not there or stands twice, or there are fewer than two identities.
   * @example await FaceDataset.fromList([{ file: 'a/1.jpg', label: 'anna' }, { file: 'b/1.jpg', label: 'ben' }])
   */
  static async fromList(files: readonly ListedFile[], options?: FileListOptions): Promise<FaceDataset> {
    const list = checkList(files)
    const { folder, signal } = check.options('options', options, ['folder', 'signal'])
    if (folder !== undefined) check.string('folder', folder)
    const named = {
      source: 'The list',
      folder: resolve(folder ?? '.'),
      signal: check.signal('signal', signal),
    }
    return FaceDataset.#all(await listFiles(list, named))
  }

  static #all(listing: Listing): FaceDataset {
    return new FaceDataset(listing, Int32Array.from(listing.table.names.keys()))
  }

  static async #listed(
    list: typeof listIdentities,
    path: string,
    options?: ListOptions,
  ): Promise<FaceDataset> {
    check.string('path', path)
    const { signal } = check.options('options', options, ['signal'])
    return FaceDataset.#all(await list(path, check.signal('signal', signal)))
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
    const parts = divide(this, fractions, options)
    return Object.fromEntries(parts.map(([part, indices]) => [part, this.select(indices)])) as Record<
      Part,
      FaceDataset
    >
  }

  /**
   * The samples that each list names, in its order; those in no list are left out. A name is a path, or the end of one
   * that no other sample has, such as 'n000123/0001.jpg'.
   *
   * @throws TorchError DATASET: a name fits no photograph or several, or two lists name the same.
   * @example const { train, val } = faces.splitByFiles({ train: ['A01/01.jpg'], val: ['A01/02.jpg'] })
   */
  splitByFiles<const Part extends string>(
    lists: Readonly<Record<Part, readonly string[]>>,
  ): Record<Part, FaceDataset> {
    const checked = checkLists(lists)
    const files = Array.from(this.#files, (file) => pathOf(this.#table, file))
    const parts = byLists(files, checked)
    return Object.fromEntries(
      checked.map(([part], index) => [part, this.select(parts[index] as Int32Array)]),
    ) as Record<Part, FaceDataset>
  }

  /**
   * Deals the photographs into `folds` of the same size, each of which is measured on once while the others are
   * learned from.
   *
   * @param folds At least 2, at most as many as there are photographs.
   * @throws TorchError DATASET: an identity has a single photograph (stratified), or there are no labels.
   * @example for (const { train, val } of faces.kFold(5, { seed: 42 })) console.log(train.length, val.length)
   */
  kFold(folds: number, options?: SplitOptions): readonly Fold[] {
    return foldsOf(this, folds, options).map(({ train, val }) =>
      Object.freeze({ train: this.select(train), val: this.select(val) }),
    )
  }

  /**
   * The photographs of this dataset and then of others, under the identities of all of them.
   *
   * @throws TorchError DATASET: a photograph stands in two of them, or some have labels and some have none.
   */
  merge(...others: readonly FaceDataset[]): FaceDataset {
    const all = [this, ...others].map((dataset, index) => {
      if (!(dataset instanceof FaceDataset))
        throw new TypeError(check.expected('a FaceDataset', `others[${index - 1}]`, dataset))
      return {
        classes: dataset.classes,
        table: dataset.#table,
        files: dataset.#files,
        ignored: dataset.ignored,
      }
    })
    return FaceDataset.#all(mergeListings(all))
  }

  /** @internal Photographs that were listed before, in their order, under the same identities. */
  static async restored(
    files: readonly Required<ListedFile>[],
    named: Omit<Named, 'folder' | 'remedy'>,
  ): Promise<FaceDataset> {
    return FaceDataset.#all(
      await listFiles(files, { ...named, folder: resolve('.'), remedy: 'Bring them back, or start anew.' }),
    )
  }

  /** @internal All photographs of several datasets of the same identities, each once, and where each part's are. */
  static union(parts: readonly FaceDataset[]): { all: FaceDataset; places: readonly Int32Array[] } {
    const [{ classes }] = parts as readonly [FaceDataset]
    const { table, files, places } = unionOf(
      parts.map((part) => ({ table: part.#table, files: part.#files })),
      classes,
    )
    return { all: new FaceDataset({ classes, table, ignored: [] }, files), places }
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

  /**
   * Decodes every photograph once and reports what would harm a training: unreadable, blank, tiny, grey, elongated or
   * bordered photographs, rare identities, duplicates and near duplicates, those under two identities, and those that
   * stand in another dataset too. There is no face detector: it sees plain borders and sizes unlike the rest, but neither
   * a face that is small in a busy scene nor a photograph without one.
   *
   * @throws TorchError DATASET: there is no photograph. ABORTED: the signal ended it.
   * @example console.log(`${await train.inspect({ other: val })}`)
   */
  async inspect(options?: InspectOptions): Promise<DatasetReport> {
    const { other, ...settings } = check.options('options', options, ['other', ...SETTINGS])
    if (other !== undefined && !(other instanceof FaceDataset))
      throw new TypeError(check.expected('a FaceDataset', 'other', other))
    return inspectPhotographs(this, other ?? null, checkSettings(settings))
  }

  #sample(file: number): Sample {
    return { file: pathOf(this.#table, file), label: this.#table.labels[file] as number }
  }

  #subset(files: Int32Array): FaceDataset {
    return new FaceDataset(
      { classes: this.classes, table: this.#table, ignored: this.ignored as string[] },
      files,
    )
  }
}
