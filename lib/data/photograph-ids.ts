// Finds photographs by the ids of a table, which name them with or without folders and extension.

import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import { withoutImageExtension } from './photographs.js'

/** Photographs by name and by name without extension, all cut to the same number of path segments. */
interface NameIndex {
  whole: Map<string, number[]>
  bare: Map<string, number[]>
}

/** Accents are one character here, whether a table or a file system writes them as one or as two. */
function segmentsOf(path: string): string[] {
  return path
    .normalize('NFC')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
}

function add(index: Map<string, number[]>, name: string, file: number): void {
  const files = index.get(name)
  if (files === undefined) index.set(name, [file])
  else files.push(file)
}

/** An id matches the end of a path: 'n1/7' finds /faces/test/n1/7.jpg, '7.png' finds it where there is no 7.png. */
export class PhotographIds {
  readonly #files: readonly string[]
  /** By the number of segments; ids seldom have more than one kind. */
  readonly #indexes = new Map<number, NameIndex>()

  constructor(files: readonly string[]) {
    this.#files = files
  }

  /**
   * The index of the file that an id names, or undefined.
   *
   * @throws TorchError DATASET: it names two.
   */
  find(id: string): number | undefined {
    const segments = segmentsOf(id.trim())
    const name = segments.join('/')
    const { whole, bare } = this.#indexOf(segments.length)
    const found = whole.get(name) ?? bare.get(withoutImageExtension(name))
    if (found !== undefined && found.length > 1) {
      const [first, second] = found.map((file) => quoted(this.#files[file] as string))
      throw new TorchError(
        'DATASET',
        `The id ${quoted(id)} names two photographs, ${first} and ${second}. Remove one, or write ids that tell them apart.`,
      )
    }
    return found?.[0]
  }

  #indexOf(depth: number): NameIndex {
    const known = this.#indexes.get(depth)
    if (known !== undefined) return known
    const index: NameIndex = { whole: new Map(), bare: new Map() }
    for (const [file, path] of this.#files.entries()) {
      const name = segmentsOf(path).slice(-depth).join('/')
      add(index.whole, name, file)
      add(index.bare, withoutImageExtension(name), file)
    }
    this.#indexes.set(depth, index)
    return index
  }
}
