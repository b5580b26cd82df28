// The parts of charts that are drawn without a library: texts, lines, areas, and the page around them.

import { drawable, escaped, fitted } from './chart-text.js'
import { FONT_FAMILY, renderPng } from './png.js'

export const TEXT = '#333333'
export const FAINT = '#666666'
export const GRID = '#e6e6e6'
export const FONT_SIZE = 13
/** Pixels between the page's edge and what stands in it. */
export const MARGIN = 28
const TITLE_SIZE = 18
const NAME_CHARACTERS = 200

export interface Picture {
  /** A whole document. The same chart gives the same text, and two charts may stand in one HTML page. */
  readonly svg: string
  /** Twice as many pixels a side as the SVG has units; the text is drawn with a font that comes along. */
  png(): Promise<Buffer>
}

export interface Page {
  readonly title: string
  readonly subtitle: string | undefined
  readonly width: number
  readonly height: number
}

/** Where the content of a page begins. */
export function contentTop({ subtitle }: Pick<Page, 'subtitle'>): number {
  return MARGIN + 26 + (subtitle === undefined ? 0 : 22)
}

/** White, with title and subtitle above `parts`. */
export function pageOf({ title, subtitle, width, height }: Page, parts: readonly string[]): Picture {
  const room = width - 2 * MARGIN
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT_FAMILY}" font-size="${FONT_SIZE}">`,
    `<title>${escaped(drawable(title, NAME_CHARACTERS))}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    textAt(title, { x: MARGIN, y: MARGIN + 14, width: room, size: TITLE_SIZE, bold: true }),
    ...(subtitle === undefined
      ? []
      : [textAt(subtitle, { x: MARGIN, y: MARGIN + 38, width: room, fill: FAINT })]),
    ...parts,
    '</svg>',
  ].join('\n')
  return { svg, png: () => renderPng(svg) }
}

export interface TextPlace {
  readonly x: number
  /** Of the letters' feet. */
  readonly y: number
  /** What goes beyond these pixels is left out of the middle. */
  readonly width: number
  /** Defaults to 13. */
  readonly size?: number
  readonly fill?: string
  readonly bold?: boolean
  readonly anchor?: 'start' | 'middle' | 'end'
  /** Written upwards. */
  readonly upright?: boolean
}

/** Any text: nothing in it is obeyed. */
export function textAt(text: string, place: TextPlace): string {
  const { width, size = FONT_SIZE, fill = TEXT, bold = false, anchor = 'start', upright = false } = place
  const [x, y] = [hundredths(place.x), hundredths(place.y)]
  const weight = bold ? ' font-weight="bold"' : ''
  const turned = upright ? ` transform="rotate(-90 ${x} ${y})"` : ''
  const shown = escaped(fitted(text, width, bold ? size * 1.08 : size))
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${weight}${turned} xml:space="preserve">${shown}</text>`
}

export interface LineStyle {
  readonly color: string
  /** Defaults to 1. */
  readonly width?: number
  readonly dashed?: boolean
}

export function line(
  [x1, y1]: readonly [x: number, y: number],
  [x2, y2]: readonly [x: number, y: number],
  { color, width = 1, dashed = false }: LineStyle,
): string {
  const ends = `x1="${hundredths(x1)}" y1="${hundredths(y1)}" x2="${hundredths(x2)}" y2="${hundredths(y2)}"`
  return `<line ${ends} stroke="${color}" stroke-width="${width}"${dashed ? ' stroke-dasharray="6 4"' : ''}/>`
}

/** A filled rectangle between two corners. */
export function area(
  [x1, y1]: readonly [x: number, y: number],
  [x2, y2]: readonly [x: number, y: number],
  fill: string,
): string {
  const corner = `x="${hundredths(Math.min(x1, x2))}" y="${hundredths(Math.min(y1, y2))}"`
  const size = `width="${hundredths(Math.abs(x2 - x1))}" height="${hundredths(Math.abs(y2 - y1))}"`
  return `<rect ${corner} ${size} fill="${fill}"/>`
}

function hundredths(pixels: number): number {
  return Math.round(100 * pixels) / 100
}
