// Weight files of the fixtures, and files built byte by byte.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../files/temporary-folder.js'

export const WEIGHT_FILES = fileURLToPath(new URL('../fixtures/weight-files/', import.meta.url))

export function fixtures(kind: 'good' | 'bad', extension: string): string[] {
  return readdirSync(join(WEIGHT_FILES, kind))
    .filter((name) => name.endsWith(extension))
    .map((name) => join(WEIGHT_FILES, kind, name))
}

export function expectedOf<T>(kind: 'good' | 'bad'): Record<string, T> {
  return JSON.parse(readFileSync(join(WEIGHT_FILES, kind, 'expected.json'), 'utf8')) as Record<string, T>
}

/** Writes a file of a length, a header and data that need not fit each other. */
export function fileOf(
  header: string | Uint8Array,
  data: Uint8Array | number = 0,
  length?: number | bigint,
): string {
  const json = Buffer.from(header as string)
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(length ?? json.byteLength))
  const path = join(temporaryFolder(), 'made.safetensors')
  const bytes = typeof data === 'number' ? new Uint8Array(data) : data
  writeFileSync(path, Buffer.concat([size, json, bytes]))
  return path
}

/** A file that holds exactly these bytes. */
export function rawFile(bytes: string | Uint8Array): string {
  const path = join(temporaryFolder(), 'made.safetensors')
  writeFileSync(path, bytes)
  return path
}
