// Run as a process of its own: saves a file and stops for ever at the moment named by argv[3], to be killed
// there.

import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { setTimeout as wait } from 'node:timers/promises'

const [path, moment] = process.argv.slice(2)

async function stopHere(): Promise<never> {
  process.stdout.write('here')
  await wait(600_000)
  throw new Error('was not killed')
}

async function* halfwritten(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('new con')
  await stopHere()
}

if (moment === 'rename') fs.rename = stopHere
syncBuiltinESMExports()

const { saveDurably } = await import('../../lib/files/index.js')
await saveDurably(path as string, moment === 'write' ? halfwritten() : 'new content')
