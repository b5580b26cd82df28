// Where everything of a contact sheet stands, in pixels.

import type { CheckedSheet, SheetTile } from './contact-sheet-spec.js'

export const TITLE_SIZE = 20
export const HEADING_SIZE = 15
export const NOTE_SIZE = 13
export const CAPTION_SIZE = 12
const MARGIN = 28
/** Between tiles side by side. */
export const GAP = 14
/** Between a row's captions and the next row. */
const ROW_GAP = 14
const GROUP_GAP = 22
const CAPTION_LINE = 15
/** Between a tile and its caption. */
const CAPTION_GAP = 5
const MINIMUM_WIDTH = 560
/** A sheet is held in memory three times while it is drawn. */
const PIXELS_LIMIT = 64_000_000

export interface TextLine {
  readonly text: string
  /** Upper left corner of its box, which cuts off what reaches out of it. */
  readonly left: number
  readonly top: number
  readonly width: number
  readonly size: number
  readonly kind: 'title' | 'heading' | 'faint' | 'caption' | 'warning'
}

export interface PlacedTile {
  readonly tile: SheetTile
  readonly left: number
  readonly top: number
  /** Whether a bar leads to the tile on its left. */
  readonly joined: boolean
}

export interface SheetLayout {
  readonly width: number
  readonly height: number
  readonly tileSize: number
  readonly texts: readonly TextLine[]
  readonly tiles: readonly PlacedTile[]
}

/** @throws RangeError: the sheet would have more than 64 million pixels. */
export function layOutSheet(sheet: CheckedSheet): SheetLayout {
  const { tileSize } = sheet
  const columns = Math.min(sheet.columns, Math.max(1, ...sheet.groups.map(({ tiles }) => tiles.length)))
  const width = Math.max(MINIMUM_WIDTH, 2 * MARGIN + columns * (tileSize + GAP) - GAP)
  const texts: TextLine[] = []
  const tiles: PlacedTile[] = []
  let top = MARGIN
  const write = (text: string | null, size: number, kind: TextLine['kind'], below: number) => {
    if (text === null) return
    texts.push({ text, left: MARGIN, top, width: width - 2 * MARGIN, size, kind })
    top += Math.ceil(size * 1.25) + below
  }
  write(sheet.title, TITLE_SIZE, 'title', 2)
  write(sheet.subtitle, NOTE_SIZE, 'faint', 2)
  top += 12
  for (const [index, group] of sheet.groups.entries()) {
    if (index > 0) top += GROUP_GAP
    write(group.heading, HEADING_SIZE, 'heading', 1)
    write(group.note, NOTE_SIZE, 'faint', 1)
    if (group.heading !== null && group.tiles.length > 0) top += 8
    top = placeTiles(group.tiles, { columns, tileSize, top }, tiles, texts)
  }
  const height = top + MARGIN
  if (width * height > PIXELS_LIMIT) {
    throw new RangeError(
      `Expected a sheet of at most ${PIXELS_LIMIT} pixels but received ${width} x ${height}: fewer or smaller tiles are needed`,
    )
  }
  return { width, height, tileSize, texts, tiles }
}

/** Adds the tiles of a group in rows, and returns where they end. */
function placeTiles(
  group: readonly SheetTile[],
  { columns, tileSize, top }: { columns: number; tileSize: number; top: number },
  tiles: PlacedTile[],
  texts: TextLine[],
): number {
  const captions = group.map(({ caption = '' }) => caption.split('\n', 2).filter((line) => line !== ''))
  const lines = Math.max(0, ...captions.map(({ length }) => length))
  const captionHeight = lines === 0 ? 0 : CAPTION_GAP + lines * CAPTION_LINE
  const rowHeight = tileSize + captionHeight + ROW_GAP
  for (const [index, tile] of group.entries()) {
    const column = index % columns
    const left = MARGIN + column * (tileSize + GAP)
    const upper = top + Math.floor(index / columns) * rowHeight
    tiles.push({ tile, left, top: upper, joined: column > 0 && tile.joined === true })
    for (const [line, text] of (captions[index] as string[]).entries()) {
      const under = upper + tileSize + CAPTION_GAP + line * CAPTION_LINE
      const kind = line > 0 ? 'faint' : tile.tone === 'warning' ? 'warning' : 'caption'
      texts.push({ text, left, top: under, width: tileSize, size: CAPTION_SIZE, kind })
    }
  }
  const rows = Math.ceil(group.length / columns)
  return top + Math.max(0, rows * rowHeight - ROW_GAP)
}
