// Draws a report: a few photographs of each finding on one contact sheet.

import { listed, quoted } from '../../files/index.js'
import { contactSheet, type SheetGroup, type SheetTile } from '../../pictures/index.js'
import type { DecodedImage } from '../decode.js'
import { thumbnails } from '../thumbnails.js'
import type { DuplicateGroup, Finding, FoundPhotograph } from './finding.js'
import { grouped, percent, shortName } from './shown.js'

/** Photographs a finding, which is a row of the sheet. */
const SHOWN = 8
/** Photographs of one group of duplicates. */
const SHOWN_OF_A_GROUP = 4
/** Unreadable files that are named. */
const NAMED = 3
const TILE_SIZE = 128

export interface SheetContent {
  readonly title: string
  /** Some photographs of the dataset, for comparison. */
  readonly ordinary: readonly FoundPhotograph[]
  readonly findings: readonly Finding[]
}

interface Shown {
  readonly photograph: FoundPhotograph
  readonly joined: boolean
}

/** The bytes of a PNG. Photographs that cannot be read are left out. */
export async function sheetOf(content: SheetContent, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const { title, ordinary, findings } = content
  const shown = findings.map(shownOf)
  const files = [...ordinary, ...shown.flat().map(({ photograph }) => photograph)].map(({ file }) => file)
  const images = await thumbnails(files, TILE_SIZE, signal)
  const groups = findings.map((finding, index): SheetGroup => {
    const { title, count, share, advice, severity, photographs, kind } = finding
    const tone = severity === 'error' ? 'warning' : 'normal'
    const tiles = (shown[index] as Shown[]).flatMap((one) => tileOf(one, finding, images, tone))
    const note = kind === 'unreadable' ? `${advice} ${namesOf(photographs)}` : advice
    return { heading: `${title}: ${grouped(count)} (${percent(share)})`, note, tiles }
  })
  const first = {
    heading: 'Some of the photographs',
    tiles: ordinary.flatMap((photograph) => tileOf({ photograph, joined: false }, null, images, 'normal')),
  }
  return contactSheet({ title, groups: [first, ...groups], columns: SHOWN, tileSize: TILE_SIZE })
}

function namesOf(photographs: readonly FoundPhotograph[]): string {
  return listed(
    photographs.map(({ file }) => shortName(file)),
    NAMED,
  )
}

function shownOf({ kind, groups, photographs }: Finding): Shown[] {
  if (kind === 'unreadable') return []
  if (groups.length > 0) return shownOfGroups(groups)
  const differing =
    kind === 'few-photographs' ? firstOfEach(photographs, ({ identity }) => identity) : photographs
  return differing.slice(0, SHOWN).map((photograph) => ({ photograph, joined: false }))
}

/** As many groups as a row holds, two photographs of each at least. */
function shownOfGroups(groups: readonly DuplicateGroup[]): Shown[] {
  const shown: Shown[] = []
  for (const { photographs } of groups) {
    const room = Math.min(SHOWN - shown.length, SHOWN_OF_A_GROUP)
    if (room < 2) break
    // What makes the group a finding is seen first: other datasets, other identities.
    const telling = firstOfEach(photographs, ({ dataset, identity }) => JSON.stringify([dataset, identity]))
    const ordered = new Set([...telling, ...photographs])
    for (const [index, photograph] of [...ordered].slice(0, room).entries())
      shown.push({ photograph, joined: index > 0 })
  }
  return shown
}

function firstOfEach(
  photographs: readonly FoundPhotograph[],
  keyOf: (photograph: FoundPhotograph) => string | null,
): FoundPhotograph[] {
  const first = new Map<string | null, FoundPhotograph>()
  for (const photograph of photographs)
    if (!first.has(keyOf(photograph))) first.set(keyOf(photograph), photograph)
  return [...first.values()]
}

function tileOf(
  { photograph, joined }: Shown,
  finding: Finding | null,
  images: ReadonlyMap<string, DecodedImage>,
  tone: 'normal' | 'warning',
): SheetTile[] {
  const { file, identity, dataset, note } = photograph
  const image = images.get(file)
  if (image === undefined) return []
  const where = finding?.kind === 'in-both-datasets' ? `${dataset} dataset` : note
  const second = finding?.kind === 'identity-conflict' ? (identity ?? 'no label') : where
  const { data: pixels, height, width } = image
  const caption = `${unquoted(shortName(file))}\n${unquoted(second)}`
  return [{ pixels, height, width, caption, tone, joined }]
}

/** Escaped, so that a line break in a name makes no second line. */
function unquoted(name: string): string {
  return quoted(name).slice(1, -1)
}
