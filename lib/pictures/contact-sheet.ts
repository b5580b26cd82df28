// Many small pictures on one page, each with a caption: a PNG.

import type Sharp from 'sharp'
import { escaped, fitted } from './chart-text.js'
import { GAP, layOutSheet, type PlacedTile, type SheetLayout, type TextLine } from './contact-sheet-layout.js'
import { type ContactSheetSpec, checkContactSheet, type SheetTile } from './contact-sheet-spec.js'
import { FONT_FAMILY, renderPng } from './png.js'

const PAGE = '#ffffff'
const EMPTY = '#f1f1f1'
const FRAME = '#d4d4d4'
const JOINED = '#8a8a8a'
const WARNING = '#d55e00'
/** Height of the bar between tiles that belong together. */
const BAR = 6
const TEXT_STYLES = {
  title: 'fill="#222222" font-weight="bold"',
  heading: 'fill="#222222" font-weight="bold"',
  faint: 'fill="#6b6b6b"',
  caption: 'fill="#333333"',
  warning: 'fill="#b34700" font-weight="bold"',
} as const

/**
 * Draws tiles in rows under a title, in one grid or in groups with headings. Texts are drawn with a font that comes
 * along (Latin and Cyrillic; other letters are boxes) and may hold anything: nothing in them is obeyed, and what is
 * too long is shortened.
 *
 * @returns the bytes of a PNG. A tile of `tileSize` x `tileSize` pixels stands in it pixel for pixel.
 * @throws TypeError or RangeError naming the part that is wrong; more than 400 tiles or 64 million pixels are.
 * @example await saveDurably('sheet.png', await contactSheet({ title: 'Faces', tiles: [{ pixels, height, width }] }))
 */
export async function contactSheet(spec: ContactSheetSpec): Promise<Uint8Array> {
  const layout = layOutSheet(checkContactSheet(spec))
  const sharp = (await import('sharp')).default
  const page = await renderPng(svgOf(layout), 1)
  const { data } = await sharp(page).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  await Promise.all(layout.tiles.map((placed) => drawTile(sharp, data, placed, layout)))
  const { width, height } = layout
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}

/** Everything but the tiles' pixels. */
function svgOf({ width, height, tileSize, texts, tiles }: SheetLayout): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="${PAGE}"/>`,
    ...tiles.filter(({ joined }) => joined).map((placed) => barOf(placed, tileSize)),
    ...tiles.map((placed) => frameOf(placed, tileSize)),
    ...texts.map(textOf),
    '</svg>',
  ].join('\n')
}

function barOf({ tile, left, top }: PlacedTile, size: number): string {
  const color = tile.tone === 'warning' ? WARNING : JOINED
  return `<rect x="${left - GAP}" y="${top + (size - BAR) / 2}" width="${GAP}" height="${BAR}" fill="${color}"/>`
}

/** The frame lies around the tile, so that it hides none of its pixels. */
function frameOf({ tile, left, top }: PlacedTile, size: number): string {
  const line = tile.tone === 'warning' ? 3 : 1
  const color = tile.tone === 'warning' ? WARNING : FRAME
  const side = size + line
  return `<rect x="${left - line / 2}" y="${top - line / 2}" width="${side}" height="${side}" fill="${EMPTY}" stroke="${color}" stroke-width="${line}"/>`
}

/** In a box of its own that cuts off what a rough measure let through. */
function textOf({ text, left, top, width, size, kind }: TextLine): string {
  const bold = kind === 'caption' || kind === 'faint' ? 1 : 1.08
  const shown = escaped(fitted(text, width, size * bold))
  return (
    `<svg x="${left}" y="${top}" width="${width}" height="${Math.ceil(size * 1.4)}" overflow="hidden">` +
    `<text x="0" y="${size}" font-family="${FONT_FAMILY}" font-size="${size}" xml:space="preserve" ${TEXT_STYLES[kind]}>${shown}</text></svg>`
  )
}

/** Writes a tile's pixels into the page, fitted into its square and centred there. */
async function drawTile(
  sharp: typeof Sharp,
  page: Buffer,
  { tile, left, top }: PlacedTile,
  { width, tileSize }: SheetLayout,
): Promise<void> {
  const scale = Math.min(tileSize / tile.width, tileSize / tile.height)
  const wide = Math.max(1, Math.round(tile.width * scale))
  const high = Math.max(1, Math.round(tile.height * scale))
  const pixels = await resized(sharp, tile, wide, high)
  const x = left + Math.floor((tileSize - wide) / 2)
  const y = top + Math.floor((tileSize - high) / 2)
  for (let row = 0; row < high; row++)
    page.set(pixels.subarray(3 * row * wide, 3 * (row + 1) * wide), 3 * ((y + row) * width + x))
}

async function resized(
  sharp: typeof Sharp,
  { pixels, height, width }: SheetTile,
  wide: number,
  high: number,
): Promise<Uint8Array> {
  if (wide === width && high === height) return pixels
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: wide, height: high, fit: 'fill' })
    .raw()
    .toBuffer()
}
