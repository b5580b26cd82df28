// Shows a hostile name in a message: a file may be called anything, a terminal must not obey it.

/** Controls, zero-width and direction marks. JSON escapes only the first 32 of them. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** Text in which every character is escaped that a terminal would not simply draw, line breaks included. */
export function escaped(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A name in double quotes, with every character escaped that a terminal would not simply draw. */
export function quoted(name: string): string {
  return escaped(JSON.stringify(name))
}

/** The first line of somebody else's message, escaped as {@link quoted} does, without quotes. */
export function plain(message: string): string {
  return escaped(message.trim().split('\n', 1)[0] ?? '')
}

/** Characters of a name in a list of several. */
const LONGEST = 200

/** `"a", "b" and 3 more`. */
export function listed(names: readonly string[], limit = 10): string {
  const first = names
    .slice(0, limit)
    .map((name) => quoted(name.length > LONGEST ? `${name.slice(0, LONGEST)}...` : name))
    .join(', ')
  return names.length > limit ? `${first} and ${names.length - limit} more` : first
}
