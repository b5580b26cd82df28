// A cache of decoded photographs for all tests together, so that none is left in the user's own.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Before the first test; what is returned runs after the last. */
export default function makePackFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'facecls-packs-'))
  process.env.FACECLS_PACKS = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
