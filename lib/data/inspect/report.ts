// What an inspection found, as data, as a table and as a picture.

import { resolve } from 'node:path'
import * as check from '../../check.js'
import { saveDurably } from '../../files/index.js'
import { pngSize } from '../../pictures/index.js'
import type { WrittenSheet } from '../written-sheet.js'
import type { Finding, FindingKind, FoundPhotograph } from './finding.js'
import type { IdentityCounts } from './identity-findings.js'
import { sheetOf } from './sheet.js'
import { grouped } from './shown.js'
import type { SizeSpread } from './spread.js'
import { tableOf } from './table.js'

interface Inspected {
  photographs: number
  sizes: SizeSpread | null
  identities: IdentityCounts | null
  findings: readonly Finding[]
  ordinary: readonly FoundPhotograph[]
}

/** Made by `FaceDataset.inspect()`. Immutable; prints itself as a table. */
export class DatasetReport {
  /** How many photographs the dataset holds. */
  readonly photographs: number
  /** Of those that could be read; null where there is none. */
  readonly sizes: SizeSpread | null
  /** null where there are no labels. */
  readonly identities: IdentityCounts | null
  /** What was found, the gravest first; a kind of which nothing was found is absent. */
  readonly findings: readonly Finding[]
  readonly #ordinary: readonly FoundPhotograph[]

  /** @internal */
  constructor({ photographs, sizes, identities, findings, ordinary }: Inspected) {
    this.photographs = photographs
    this.sizes = sizes
    this.identities = identities
    this.findings = Object.freeze(findings)
    this.#ordinary = ordinary
    Object.freeze(this)
  }

  /** The finding of a kind, or undefined where nothing of it was found. */
  finding(kind: FindingKind): Finding | undefined {
    return this.findings.find((finding) => finding.kind === kind)
  }

  /** A line a finding with its number, share and first examples, then what to do about each. */
  toString(): string {
    return tableOf(this)
  }

  /**
   * Writes a PNG with up to eight photographs of each finding, duplicates side by side. The photographs are read again.
   *
   * @throws TorchError FILE: the sheet cannot be written. ABORTED: the signal ended it.
   */
  async contactSheet(output: string, options?: { signal?: AbortSignal }): Promise<WrittenSheet> {
    check.string('output', output)
    const { signal } = check.options('options', options, ['signal'])
    const title = `Dataset of ${grouped(this.photographs)} photographs`
    const content = { title, ordinary: this.#ordinary, findings: this.findings }
    const png = await sheetOf(content, check.signal('signal', signal))
    await saveDurably(output, png)
    return { file: resolve(output), ...pngSize(png) }
  }
}
