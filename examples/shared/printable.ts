// Text that a terminal can be shown: names of files and folders may hold characters that move the cursor or reverse the line.

// Controls (Cc), separators of lines and paragraphs, and what is drawn as nothing or turns the direction of text (Cf).
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** A name or a path with each character that is not simply drawn written as its escape, such as \u{1b}. */
export function printable(text: string): string {
  return text.replace(unseen, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Lines of text, in which line breaks alone are kept. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
