import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findLibTorch } from '../../lib/libtorch/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { drawnFaces, newOutput } from '../training/small-training.js'
import { checkNode } from './versions.js'

test('under the Node.js of this test the package trains, and names a photograph', async () => {
  const photographs = temporaryFolder()
  await drawnFaces(['anna', 'ben'], 6, photographs)
  const { outcome, findings } = checkNode(process.execPath, photographs, newOutput(), findLibTorch().root)
  expect(findings).toEqual([])
  expect(outcome?.node).toBe(process.versions.node)
})

/** A Node.js in name only. */
function nodeThat(script: string): string {
  const file = join(temporaryFolder(), 'node')
  writeFileSync(file, `#!/bin/sh\n${script}`)
  chmodSync(file, 0o755)
  return file
}

test.each([
  ['one that fails', 'echo wrong >&2; exit 3', 'it ended with 3, and wrote: wrong'],
  ['one that crashes', 'kill -SEGV $$', 'it was ended by SIGSEGV'],
  ['one that warns', 'echo "ExperimentalWarning" >&2', 'it ended with 0, and wrote: ExperimentalWarning'],
])('%s is found out', (_what, script, finding) => {
  const { outcome, findings } = checkNode(nodeThat(script), '/nowhere', newOutput())
  expect(outcome).toBeNull()
  expect(findings).toEqual([expect.stringContaining(finding)])
})

test('one that is not there is found out', () => {
  expect(checkNode('/nowhere/node', '/nowhere', newOutput()).findings[0]).toContain('it cannot be started')
})
