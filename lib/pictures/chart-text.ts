// Makes any name fit to be drawn: SVG forbids some characters, and a picture has an edge.

/** Controls and direction marks; a lone half of a surrogate pair; the two non-characters that XML forbids. */
const UNDRAWABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]|\p{Surrogate}/gu

/** One line of text, no longer than `limit` characters. */
export function drawable(text: string, limit: number): string {
  const characters = [...text.replace(/\s/g, ' ').replace(UNDRAWABLE, '\ufffd')]
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}\u2026` : characters.join('')
}

/** A drawable text as SVG holds it. */
export function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** A rough width in pixels, wide rather than narrow, for text that is not yet laid out. */
export function roughWidth(text: string, fontSize: number): number {
  return [...text].reduce((width, character) => width + fontSize * (character < '\u2e80' ? 0.56 : 1), 0)
}

/** Letters of PT Sans that are far narrower or wider than the others. */
const NARROW = /[iljItf.,:;'|!()[\]{}/\\ -]/
const WIDE = /[mwMW@%\u0416\u0428\u0429\u042e\u0436\u0448\u0449\u044e\u2026]/

/** A text as {@link drawable} makes it, without as much of its middle as goes beyond `width` pixels. */
export function fitted(text: string, width: number, fontSize: number): string {
  const characters = [...drawable(text, Infinity)]
  const widths = characters.map((character) => letterWidth(character) * fontSize)
  let total = widths.reduce((sum, one) => sum + one, 0)
  if (total <= width) return characters.join('')
  // The end of a name tells more than its middle: what goes first is what stands just before the middle.
  let from = Math.ceil(characters.length / 2)
  let to = from
  total += letterWidth('\u2026') * fontSize
  while (total > width && to - from < characters.length) {
    const left = from > characters.length - to
    total -= (left ? widths[--from] : widths[to++]) as number
  }
  return `${characters.slice(0, from).join('')}\u2026${characters.slice(to).join('')}`
}

/** In units of the font's size. */
function letterWidth(character: string): number {
  if (character >= '\u2e80') return 1
  if (WIDE.test(character)) return 0.86
  if (NARROW.test(character)) return 0.34
  return character >= 'A' && character <= 'Z' ? 0.64 : 0.55
}
