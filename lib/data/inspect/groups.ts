// Puts numbers that belong together, directly or through others, into groups (union-find).

export class Groups {
  readonly #parent: Int32Array

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, index) => index)
  }

  /** The smallest number of the group. */
  first(index: number): number {
    const parent = this.#parent
    let at = index
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number
      at = parent[at] as number
    }
    return at
  }

  join(a: number, b: number): void {
    const [one, other] = [this.first(a), this.first(b)]
    this.#parent[Math.max(one, other)] = Math.min(one, other)
  }

  /** Groups of two or more, each ascending, in the order of their first numbers. */
  all(): number[][] {
    const members = new Map<number, number[]>()
    for (let index = 0; index < this.#parent.length; index++) {
      const first = this.first(index)
      if (first !== index) {
        const known = members.get(first)
        if (known === undefined) members.set(first, [first, index])
        else known.push(index)
      }
    }
    return [...members].sort(([a], [b]) => a - b).map(([, group]) => group)
  }
}

/**
 * Joins the rows that have the same words, `stride` a row, and returns one row of each kind: the smallest.
 *
 * @param rows Ascending.
 */
export function joinEqual(
  groups: Groups,
  rows: readonly number[],
  words: Uint32Array,
  stride: number,
): number[] {
  const compare = (a: number, b: number) => {
    for (let word = 0; word < stride; word++) {
      const difference = (words[a * stride + word] as number) - (words[b * stride + word] as number)
      if (difference !== 0) return difference
    }
    return 0
  }
  const kinds: number[] = []
  let first = -1
  for (const row of Int32Array.from(rows).sort((a, b) => compare(a, b) || a - b)) {
    if (first >= 0 && compare(first, row) === 0) {
      groups.join(first, row)
    } else {
      first = row
      kinds.push(row)
    }
  }
  return kinds.sort((a, b) => a - b)
}
