// Orders names by code point, as Python's sorted() and so torchvision's ImageFolder do.

/** JavaScript compares UTF-16 units, where surrogates stand before U+E000: this moves them behind. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** A comparator for `sort`: by code point, never by locale. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}
