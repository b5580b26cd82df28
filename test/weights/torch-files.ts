// Builds files as torch.save writes them, and files that only look so.

import { type ZipOptions, zipOf } from '../scripts/zip-writer.js'
import { call, op, type Pushed, pickleOf, push, tuple } from './pickles.js'

/** Code that pushes a storage, by its persistent id. */
export function storage(key: string, elements: Pushed, type = 'FloatStorage', ...view: Pushed[]): Buffer {
  const id = tuple('storage', op.GLOBAL('torch', type), key, 'cpu', elements, ...view)
  return Buffer.concat([id, op.BINPERSID])
}

export const NO_HOOKS = call('collections.OrderedDict')

/** Code that pushes a tensor: a view of a storage. */
export function view(of: Buffer, offset: Pushed, shape: Pushed[], strides: Pushed[]): Buffer {
  return call(
    'torch._utils._rebuild_tensor_v2',
    of,
    offset,
    tuple(...shape),
    tuple(...strides),
    false,
    NO_HOOKS,
  )
}

/** Code that pushes a tensor of a few float32 values, all of the storage "0". */
export function vector(elements = 2, key = '0'): Buffer {
  return view(storage(key, elements), 0, [elements], [1])
}

export function floats(...values: number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer)
}

/** The folder of an archive, as torch.save makes it. */
export function archive(
  object: Pushed,
  storages: Record<string, Uint8Array> = { 0: floats(1, 2) },
  options: ZipOptions = {},
): Buffer {
  const data = Object.entries(storages).map(([key, bytes]) => [`archive/data/${key}`, bytes])
  const files = { 'archive/data.pkl': pickleOf(op.PROTO(2), push(object)), ...Object.fromEntries(data) }
  return zipOf(files, { deflate: false, ...options })
}

export const MAGIC = pickleOf(
  op.PROTO(2),
  op.LONG1(0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19),
)

/** The parts of a file from before PyTorch 1.6; each may be replaced. */
export const LEGACY = {
  magic: MAGIC as Buffer,
  protocol: pickleOf(op.PROTO(2), push(1001)),
  system: pickleOf(op.PROTO(2), push({ protocol_version: 1001, little_endian: true })),
  object: pickleOf(op.PROTO(2), push({ a: vector() })),
  keys: pickleOf(op.PROTO(2), push(['0'])),
  data: counted(2, floats(1, 2)),
}

/** A storage with its count before it. */
export function counted(count: number | bigint, values: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.writeBigUInt64LE(BigInt(count))
  return Buffer.concat([head, values])
}

export function legacy(parts: Partial<typeof LEGACY> = {}): Buffer {
  return Buffer.concat(Object.values({ ...LEGACY, ...parts }))
}
