// What a data set of photographs holds, in a line or two.

import type { FaceDataset } from '@facecls/torch'
import { printable } from './printable.js'
import { shownPath } from './shown-path.js'
import type { Terminal } from './terminal.js'

const mostShown = 10

/** Counts, and the files that are no photographs by their names. */
export function describeFaces(
  { length, classes, ignored }: FaceDataset,
  data: string,
  terminal: Terminal,
): void {
  terminal.line(`${length} photographs of ${classes.length} identities in ${printable(data)}.`)
  if (ignored.length === 0) return
  const more = ignored.length > mostShown ? `, and ${ignored.length - mostShown} more` : ''
  const shown = ignored.slice(0, mostShown).map(shownPath).join(', ')
  terminal.line(`Ignored, without an image's extension or hidden: ${shown}${more}.`)
}
