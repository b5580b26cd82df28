// The weight files of the fixtures, by the reader that they are for.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ReaderName } from './readers.js'

export interface Fixture {
  readonly name: string
  readonly path: string
  readonly bytes: Buffer
  readonly good: boolean
}

const FOLDER = fileURLToPath(new URL('../fixtures/weight-files', import.meta.url))

const ALL: readonly Fixture[] = ['good', 'bad'].flatMap((kind) =>
  readdirSync(join(FOLDER, kind))
    .filter((name) => !name.endsWith('.json'))
    .sort()
    .map((name) => {
      const path = join(FOLDER, kind, name)
      return { name, path, bytes: readFileSync(path), good: kind === 'good' }
    }),
)

const BELONGS: Readonly<Record<ReaderName, (fixture: Fixture) => boolean>> = {
  safetensors: ({ name }) => name.endsWith('.safetensors'),
  zip: ({ bytes }) => bytes.toString('latin1', 0, 2) === 'PK',
  legacy: ({ bytes }) => bytes[0] === 0x80,
}

export function fixturesOf(reader: ReaderName): Fixture[] {
  return ALL.filter(BELONGS[reader])
}
