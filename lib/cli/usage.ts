// A command line that cannot be followed: one line with the nearest name that can.

import { escaped } from '../files/index.js'

/** `message` is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @param what What it is one of, such as 'command'. */
export function unknown(what: string, given: string, known: readonly string[], help: string): UsageError {
  const hint = nearest(given, known)
  const meant = hint === null ? '' : `did you mean ${hint}? `
  return new UsageError(`Unknown ${what} ${shown(given)}; ${meant}${help} lists all`)
}

export function shown(value: string): string {
  const short = value.length > 60 ? `${value.slice(0, 57)}...` : value
  return `"${escaped(short)}"`
}

/** The name that a mistyped one is likely to mean, or null. */
function nearest(given: string, known: readonly string[]): string | null {
  const short = given.slice(0, 100) // the time grows with the length
  const close = known.map((name) => ({ name, far: distance(short, name) })).sort((a, b) => a.far - b.far)[0]
  return close && close.far <= Math.max(2, short.length / 3) ? close.name : null
}

/**
 * The least number of characters to add, drop, change or swap with their neighbour that makes `to` from `from` (optimal string
 * alignment).
 */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity
  for (let i = 1; i <= from.length; i++) {
    rows.push([i])
    for (let j = 1; j <= to.length; j++) {
      const changed = at(i - 1, j - 1) + Number(from[i - 1] !== to[j - 1])
      const isSwap = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const swapped = isSwap ? at(i - 2, j - 2) + 1 : Infinity
      rows[i]?.push(Math.min(changed, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1))
    }
  }
  return at(from.length, to.length)
}
