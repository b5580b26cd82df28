// Names what a scan knows by numbers: the photographs of the inspected dataset, then those of the other one.

import type { DuplicateGroup, Finding, FindingKind, FoundIdentity, FoundPhotograph } from './finding.js'
import { WORDINGS } from './finding.js'
import type { Photographs } from './options.js'
import type { Scan } from './scan.js'

export class Catalogue {
  readonly own: Photographs
  readonly other: Photographs | null
  /** All photographs of both. */
  readonly length: number

  constructor(own: Photographs, other: Photographs | null) {
    this.own = own
    this.other = other
    this.length = own.length + (other?.length ?? 0)
  }

  isOwn(index: number): boolean {
    return index < this.own.length
  }

  fileAt(index: number): string {
    return this.#sample(index).file
  }

  identityAt(index: number): string | null {
    const { label, classes } = this.#sample(index)
    return label < 0 ? null : (classes[label] as string)
  }

  photograph(index: number, note: string): FoundPhotograph {
    return Object.freeze({
      file: this.fileAt(index),
      identity: this.identityAt(index),
      dataset: this.isOwn(index) ? 'this' : 'other',
      note,
    })
  }

  #sample(index: number): { file: string; label: number; classes: readonly string[] } {
    const dataset = this.isOwn(index) ? this.own : (this.other as Photographs)
    return {
      ...dataset.at(this.isOwn(index) ? index : index - this.own.length),
      classes: dataset.classes,
    }
  }
}

/** '92 x 112'. */
export function sizeNote({ widths, heights }: Scan, index: number): string {
  return `${widths[index]} x ${heights[index]}`
}

interface Found {
  readonly photographs?: readonly FoundPhotograph[]
  readonly groups?: readonly DuplicateGroup[]
  readonly identities?: readonly FoundIdentity[]
  /** Of these, {@link Finding.count} and the whole that its share is of. */
  readonly count: number
  readonly outOf: number
}

/** A finding of what was found, or none where that is nothing. */
export function findingsOf(
  kind: FindingKind,
  { count, outOf, photographs, groups = [], identities = [] }: Found,
): Finding[] {
  if (count === 0) return []
  const all = photographs ?? groups.flatMap((group) => group.photographs)
  return [
    Object.freeze({
      kind,
      ...WORDINGS[kind],
      count,
      share: count / outOf,
      photographs: Object.freeze(all),
      files: Object.freeze([...new Set(all.map(({ file }) => file))]),
      groups: Object.freeze(groups),
      identities: Object.freeze(identities),
    }),
  ]
}
