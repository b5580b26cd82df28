// Tells a LibTorch whose files are not whole, without loading it.

import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../errors.js'
import { plain } from '../files/index.js'
import { type LibTorch, librariesOf } from './find.js'

const ELF_MAGIC = 0x464c457f
const HEADER_BYTES = 64
const CLASS_64 = 2
const X86_64 = 62

/** What is wrong with the libraries that are to be opened, in words such as 'lib/libc10.so is missing'; null if nothing is. */
export function damageOf(libtorch: LibTorch): string | null {
  const expected = ['libc10.so', 'libtorch_cpu.so', 'libtorch.so'].map((name) =>
    join(libtorch.root, 'lib', name),
  )
  if (libtorch.variant === 'cuda') expected.push(join(libtorch.root, 'lib', 'libtorch_cuda.so'))
  for (const path of new Set([...expected, ...librariesOf(libtorch)])) {
    const name = path.slice(libtorch.root.length + 1)
    if (!existsSync(path)) return `${plain(name)} is missing`
    const problem = damageOfLibrary(path)
    if (problem !== null) return `${plain(name)} ${problem}`
  }
  return null
}

/** A linker writes the table of sections last, and the header says where it lies: a file that was cut ends before it. */
function damageOfLibrary(path: string): string | null {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const header = Buffer.alloc(HEADER_BYTES)
    if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES || header.readUInt32LE(0) !== ELF_MAGIC)
      return 'is no library'
    if (header[4] !== CLASS_64 || header.readUInt16LE(18) !== X86_64)
      return 'is built for another processor than x64'
    const table = Number(header.readBigUInt64LE(40))
    const end = table + header.readUInt16LE(58) * header.readUInt16LE(60)
    const { size } = fstatSync(file)
    return size < end ? `is cut: it has ${size} of at least ${end} bytes` : null
  } catch (thrown) {
    return `cannot be read: ${plain(messageOf(thrown))}`
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
