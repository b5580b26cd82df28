import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { openZip } from '../../lib/libtorch/fetch/zip.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { type ZipOptions, zipOf } from '../scripts/zip-writer.js'

const files = { 'top/a.txt': 'first', 'top/empty': '', 'top/b/long.bin': 'abc'.repeat(1000) }

function fileOf(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'archive.zip')
  writeFileSync(path, bytes)
  return path
}

async function readAll(path: string): Promise<Record<string, string>> {
  const zip = await openZip(path)
  const contents: Record<string, string> = {}
  try {
    for (const entry of zip.entries) {
      const chunks: Buffer[] = []
      const write: Writable['_write'] = (chunk, _encoding, done) => {
        chunks.push(chunk)
        done()
      }
      await zip.extract(entry, new Writable({ write }))
      contents[entry.name] = Buffer.concat(chunks).toString()
    }
  } finally {
    await zip.close()
  }
  return contents
}

describe('damaged archives are refused by name', () => {
  test.each([
    ['no archive at all', Buffer.from('<html>not found</html>'), /archive\.zip" is not a whole zip archive/],
    ['an empty file', Buffer.alloc(0), /is not a whole zip archive/],
    ['a truncated one', zipOf(files).subarray(0, -30), /its directory is missing/],
    ['a Zip64 one cut inside', cutInside(zipOf(files, { zip64: true })), /is not a whole zip archive/],
  ])('%s', async (_what, bytes, message) => {
    await expect(readAll(fileOf(bytes))).rejects.toThrow(message)
  })

  test('an entry whose bytes changed', async () => {
    const bytes = zipOf(files, { deflate: false })
    bytes[bytes.indexOf('first')] = 'F'.charCodeAt(0)
    await expect(readAll(fileOf(bytes))).rejects.toThrow(/top\/a\.txt differs from its checksum/)
  })

  test('a compression that is not supported', async () => {
    const bytes = zipOf({ a: 'x' })
    bytes.writeUInt16LE(12, bytes.length - 22 - 47 + 10)
    await expect(readAll(fileOf(bytes))).rejects.toThrow(/a is compressed by method 12/)
  })
})

test.each<ZipOptions>([
  { deflate: false },
  { deflate: true },
  { deflate: true, zip64: true },
  { deflate: false, zip64: true, comment: 'PK\u0005\u0006 in a comment' },
])('reads every entry of %o', async (options) => {
  expect(await readAll(fileOf(zipOf(files, options)))).toEqual(files)
})

function cutInside(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, 50), bytes.subarray(60)])
}
