// A screen whose lines a test reads.

import { Screen, type Stream } from '../../lib/cli/screen.js'

export function captured(terminal: Partial<Stream> = {}) {
  const streams = { out: '', err: '' }
  const out: Stream = { write: (text) => (streams.out += text) }
  const err: Stream = { ...terminal, write: (text) => (streams.err += text) }
  return { streams, screen: new Screen(out, err, () => 0) }
}
