// Makes any name fit to be drawn: SVG forbids some characters, and a picture has an edge.

/** Controls and direction marks; a lone half of a surrogate pair; the two non-characters that XML forbids. */
const UNDRAWABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]|\p{Surrogate}/gu

/** One line of text, no longer than `limit` characters. */
export function drawable(text: string, limit: number): string {
  const characters = [...text.replace(/\s/g, ' ').replace(UNDRAWABLE, '\ufffd')]
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}\u2026` : characters.join('')
}

/** A rough width in pixels, wide rather than narrow, for text that is not yet laid out. */
export function roughWidth(text: string, fontSize: number): number {
  return [...text].reduce((width, character) => width + fontSize * (character < '\u2e80' ? 0.56 : 1), 0)
}
