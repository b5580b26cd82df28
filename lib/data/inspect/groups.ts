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
  const byHash = new Map<number, number[]>() // sorting by the words would hold the main thread for a second
  return rows.filter((row) => {
    const hash = hashOf(words, row, stride)
    const kinds = byHash.get(hash)
    const kind = kinds?.find((other) => areEqual(words, other, row, stride))
    if (kind !== undefined) groups.join(kind, row)
    else if (kinds !== undefined) kinds.push(row)
    else byHash.set(hash, [row])
    return kind === undefined
  })
}

/** FNV-1a, a word at a time. */
function hashOf(words: Uint32Array, row: number, stride: number): number {
  let hash = 0x811c9dc5
  for (let at = row * stride; at < (row + 1) * stride; at++)
    hash = Math.imul(hash ^ (words[at] as number), 0x01000193)
  return hash
}

function areEqual(words: Uint32Array, a: number, b: number, stride: number): boolean {
  for (let word = 0; word < stride; word++)
    if (words[a * stride + word] !== words[b * stride + word]) return false
  return true
}
