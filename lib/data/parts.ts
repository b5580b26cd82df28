// Parts of a dataset that are given instead of drawn: by lists of files, and by folds.

import * as check from '../check.js'
import { TorchError } from '../errors.js'
import { listed, quoted } from '../files/index.js'
import { MersenneTwister, randomPermutation } from './mersenne-twister.js'

/**
 * The samples that each list names, in its order. A name is an absolute path, or the end of one that no other
 * sample has.
 *
 * @param files Absolute paths of the samples.
 * @throws TorchError DATASET: a name fits no sample or several, or two lists name the same.
 */
export function byLists(
  files: readonly string[],
  lists: readonly (readonly [part: string, names: readonly string[]])[],
): Int32Array[] {
  const byName = new Map<string, number[]>()
  for (const [index, file] of files.entries()) {
    const name = lastPart(file)
    const same = byName.get(name)
    if (same === undefined) byName.set(name, [index])
    else same.push(index)
  }
  const owner = new Map<number, string>()
  return lists.map(([part, names]) =>
    Int32Array.from(names, (name) => {
      const index = sampleNamed(name, part, files, byName)
      const other = owner.get(index)
      if (other !== undefined) {
        const where = other === part ? `twice in ${part}` : `in ${other} and in ${part}`
        throw new TorchError(
          'DATASET',
          `The photograph ${quoted(name)} stands ${where}. Keep it in one list, once.`,
        )
      }
      owner.set(index, part)
      return index
    }),
  )
}

function sampleNamed(
  name: string,
  part: string,
  files: readonly string[],
  byName: ReadonlyMap<string, readonly number[]>,
): number {
  const normal = name.replace(/\\/g, '/').replace(/^(?:\.\/)+/, '')
  const end = normal.startsWith('/') ? normal : `/${normal}`
  const fitting = (byName.get(lastPart(normal)) ?? []).filter((index) => {
    const file = files[index] as string
    return normal.startsWith('/') ? file === normal : file.endsWith(end)
  })
  const [only] = fitting
  if (only !== undefined && fitting.length === 1) return only
  const found =
    fitting.length === 0
      ? 'is no photograph of this dataset'
      : `may be ${listed(
          fitting.map((index) => files[index] as string),
          3,
        )}: name more of its path`
  throw new TorchError('DATASET', `${quoted(name)} in the list of ${part} ${found}.`)
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/**
 * Deals samples into `folds` of as nearly the same size as can be; each in its own order.
 *
 * @param labels null: identities play no part. Else each identity is dealt evenly.
 */
export function dealFolds(
  length: number,
  labels: Int32Array | null,
  folds: number,
  seed: number,
): Int32Array[] {
  const generator = new MersenneTwister(seed)
  const order = randomPermutation(length, generator)
  // A stable sort keeps the drawn order within each identity, and one identity goes on where the last one ended.
  const dealt = labels === null ? order : order.sort((a, b) => (labels[a] as number) - (labels[b] as number))
  const parts: number[][] = Array.from({ length: folds }, () => [])
  for (const [position, sample] of dealt.entries()) parts[position % folds]?.push(sample)
  return parts.map((part) => Int32Array.from(part).sort())
}

/** @throws TorchError DATASET: an identity of a single photograph would be learned in no fold where it is measured. */
export function refuseSingles(counts: readonly number[], classes: readonly string[]): void {
  const single = classes.filter((_, label) => counts[label] === 1)
  if (single.length === 0) return
  throw new TorchError(
    'DATASET',
    `Folds need two photographs of each identity, but ${single.length} of ${classes.length} have one: ${listed(single)}. ` +
      "Add photographs, leave these out, or deal with { method: 'random' }.",
  )
}

/** Names of parts with their lists, at least one. */
export function checkLists(value: unknown): [part: string, names: readonly string[]][] {
  const lists = check.record('lists', 'an object such as { train: [...], val: [...] }', value)
  if (lists.length === 0)
    throw new RangeError('Expected at least one list in lists, as in { train: [...], val: [...] }')
  return lists.map(([part, names]) => {
    if (!Array.isArray(names))
      throw new TypeError(check.expected('an array of paths', `lists.${part}`, names))
    if (names.length === 0) throw new RangeError(check.expected('at least one path', `lists.${part}`, names))
    return [part, Array.from(names, (name, index) => check.string(`lists.${part}[${index}]`, name))]
  })
}
