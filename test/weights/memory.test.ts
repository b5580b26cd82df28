// Files of 200 MB are read in the memory of their tensors and a little more, in a process of its own.

import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { fileFolder } from '../files/temporary-folder.js'
import { readInChild } from './child.js'
import { type Pushed, pickleOf, push } from './pickles.js'
import { archive, LEGACY, storage, view } from './torch-files.js'

/** As readWeights promises. */
const EXTRA_BYTES = 64e6

const ELEMENTS = 26_214_400
const BYTES = 4 * ELEMENTS
const FILL = Buffer.from(Float32Array.from({ length: 2 ** 20 }, (_, index) => index).buffer)

const contiguous = view(storage('0', ELEMENTS), 0, [256, 64, 40, 40], [102_400, 1600, 40, 1])
const channelsLast = view(storage('1', ELEMENTS), 0, [256, 64, 40, 40], [102_400, 1, 2560, 64])
const transposed = view(storage('1', ELEMENTS), 0, [6400, 4096], [1, 6400])

const folder = fileFolder()

/** Writes each part, where a number is so many bytes of tensors. */
function written(name: string, parts: (Uint8Array | number)[]): string {
  const path = join(folder, name)
  const file = openSync(path, 'w')
  for (const part of parts) {
    if (typeof part !== 'number') writeSync(file, part)
    else
      for (let done = 0; done < part; done += FILL.length)
        writeSync(file, FILL, 0, Math.min(FILL.length, part - done))
  }
  closeSync(file)
  return path
}

/** An archive of large storages, made of one of empty ones: the data go behind each local header. */
function zipParts(object: Pushed): (Uint8Array | number)[] {
  const empty = archive(object, { 0: new Uint8Array(0), 1: new Uint8Array(0) })
  const central = empty.indexOf('PK\x01\x02', 0, 'latin1')
  const locals = ['0', '1'].map((key) => empty.indexOf(`archive/data/${key}`) + `archive/data/${key}`.length)
  const tail = Buffer.from(empty.subarray(central))
  const crc = crc32(FILL) // no reader of tensors looks at it
  let shift = 0
  for (const key of ['0', '1']) {
    const header = tail.indexOf(`archive/data/${key}`) - 46
    tail.writeUInt32LE(crc, header + 16)
    for (const at of [20, 24]) tail.writeUInt32LE(BYTES, header + at)
    tail.writeUInt32LE(tail.readUInt32LE(header + 42) + shift, header + 42)
    shift += BYTES
  }
  tail.writeUInt32LE(central + shift, tail.length - 22 + 16)
  const [first, second] = locals as [number, number]
  return [empty.subarray(0, first), BYTES, empty.subarray(first, second), BYTES, tail]
}

function legacyParts(object: Pushed): (Uint8Array | number)[] {
  const { magic, protocol, system } = LEGACY
  const count = Buffer.alloc(8)
  count.writeBigUInt64LE(BigInt(ELEMENTS))
  return [
    magic,
    protocol,
    system,
    pickleOf(push(object)),
    pickleOf(push(['0', '1'])),
    count,
    BYTES,
    count,
    BYTES,
  ]
}

function safetensorsParts(): (Uint8Array | number)[] {
  const claim = (begin: number) => ({ dtype: 'F32', shape: [ELEMENTS], data_offsets: [begin, begin + BYTES] })
  const header = Buffer.from(JSON.stringify({ a: claim(0), b: claim(BYTES) }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return [length, header, 2 * BYTES]
}

const files: Record<string, [format: string, path: string]> = {}

beforeAll(() => {
  files['channels_last.pt'] = [
    'torch-zip',
    written('channels_last.pt', zipParts({ a: contiguous, b: channelsLast })),
  ]
  files['transposed.pth'] = [
    'torch-legacy',
    written('transposed.pth', legacyParts({ a: contiguous, b: transposed })),
  ]
  files['plain.safetensors'] = ['safetensors', written('plain.safetensors', safetensorsParts())]
})

test.each(['channels_last.pt', 'transposed.pth', 'plain.safetensors'])('%s of 210 MB', async (name) => {
  const [format, path] = files[name] as [string, string]
  const { grownBytes, ...outcome } = await readInChild('read', path)
  expect(outcome).toEqual({ format, tensors: 2, bytes: 2 * BYTES })
  const extra = (grownBytes as number) - 2 * BYTES
  console.log(`${name}: ${(2 * BYTES) / 1e6} MB of tensors and ${(extra / 1e6).toFixed(1)} MB more`)
  expect(extra).toBeLessThan(EXTRA_BYTES)
})

test.each(['channels_last.pt', 'transposed.pth', 'plain.safetensors'])(
  'what %s says of itself',
  async (name) => {
    const [format, path] = files[name] as [string, string]
    const { grownBytes, ...outcome } = await readInChild('info', path)
    expect(outcome).toEqual({ format, tensors: 2, bytes: 0 })
    console.log(`${name}: ${((grownBytes as number) / 1e6).toFixed(1)} MB for what it says of itself`)
    expect(grownBytes).toBeLessThan(EXTRA_BYTES)
  },
)

test.each([
  ['F16', 2, 4],
  ['U8', 1, 8],
])(
  'a tensor of %s is widened in the memory of what it was, an aligned copy and what it becomes',
  async (dtype, narrow, wide) => {
    const [bytes, result] = [narrow * ELEMENTS, wide * ELEMENTS]
    const header = Buffer.from(JSON.stringify({ a: { dtype, shape: [ELEMENTS], data_offsets: [0, bytes] } }))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(header.length))
    const path = written(`${dtype}.safetensors`, [length, header, bytes])
    const { grownBytes, ...outcome } = await readInChild('widen', path)
    expect(outcome).toEqual({ format: 'safetensors', tensors: 1, bytes: result })
    console.log(
      `${dtype}: ${bytes / 1e6} MB to ${result / 1e6} MB, grown by ${((grownBytes as number) / 1e6).toFixed(1)} MB`,
    )
    expect(grownBytes).toBeLessThan(2 * bytes + result + EXTRA_BYTES)
  },
)
