// Paths as a person would type them.

import { relative } from 'node:path'
import { printable } from './printable.js'

/** The path as a line of text shows it. */
export function shownPath(path: string): string {
  return printable(relativePath(path))
}

/** Relative to the working folder where the path lies in it. */
export function relativePath(path: string): string {
  const below = relative(process.cwd(), path)
  return below.startsWith('..') || below === '' ? path : below
}
