// Reads a weight file of any known format, told by its content: all of it, or what it says about itself.

import { RangeReader } from '../files/index.js'
import { isSealed } from './checksum.js'
import { readTensor } from './read-tensor.js'
import { refusalOf } from './refusal.js'
import { LENGTH_BYTES, lengthOf, safetensorsLayout } from './safetensors-header.js'
import type { Layout, NamedTensor, TensorInfo, WeightFormat } from './tensor.js'
import { mayBeLegacy, torchLegacyLayout } from './torch-legacy.js'
import { torchZipLayout } from './torch-zip.js'

/** What a weight file holds. */
export interface WeightFile {
  /** A .safetensors file, or what torch.save writes: a zip archive, before PyTorch 1.6 a row of pickles. */
  readonly format: WeightFormat
  /** Under the file's own names, in its own order. */
  readonly tensors: NamedTensor[]
  /** Free-form strings of a safetensors file; the other formats have none. */
  readonly metadata: Readonly<Record<string, string>>
}

/** What a weight file holds, without the values. */
export interface WeightSummary extends Omit<WeightFile, 'tensors'> {
  readonly tensors: TensorInfo[]
}

/**
 * Reads the tensors of a .safetensors file, or of a .pt or .pth file of PyTorch: a state_dict, or a checkpoint that
 * holds one under a key such as 'state_dict' or 'model'. Nothing of the file is run. Tensors are read one after the
 * other by range; the memory is theirs and at most 64 MB.
 *
 * @throws TorchError FILE where the file cannot be read, WEIGHTS where it is damaged, hostile or of another
 *   format.
 * @example
 * const { tensors } = await readWeights('resnet50.pth')
 * for (const { name, dtype, shape } of tensors) console.log(name, dtype, shape)
 */
export async function readWeights(path: string): Promise<WeightFile> {
  return withLayout(path, async ({ format, tensors, metadata }, file) => {
    const read: NamedTensor[] = []
    for (const tensor of tensors) {
      const { name, dtype, shape } = tensor
      read.push({ name, dtype, shape, data: await readTensor(file, tensor) })
    }
    return { format, tensors: read, metadata }
  })
}

/**
 * Reads names, types, shapes and metadata alone, fully checked against the file's size, in the time of some
 * megabytes at most whatever the size of the file.
 *
 * @throws TorchError as {@link readWeights}.
 */
export async function readWeightsInfo(path: string): Promise<WeightSummary> {
  return withLayout(path, async ({ format, tensors, metadata }) => {
    return { format, tensors: tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape })), metadata }
  })
}

/**
 * Reads a file of `writeSealed`; null where it is not as it was written.
 *
 * @throws TorchError FILE where the file cannot be read.
 */
export async function readSealed(path: string): Promise<WeightFile | null> {
  const file = await RangeReader.open(path)
  try {
    if (!(await isSealed(file))) return null
  } finally {
    await file.close()
  }
  return readWeights(path)
}

async function withLayout<T>(
  path: string,
  use: (layout: Layout, file: RangeReader) => Promise<T>,
): Promise<T> {
  const file = await RangeReader.open(path)
  try {
    return await use(await layoutOf(file), file)
  } finally {
    await file.close()
  }
}

const START_BYTES = 512

/** @throws TorchError WEIGHTS as {@link readWeights}. */
export async function layoutOf(file: RangeReader): Promise<Layout> {
  const start = Buffer.from((await file.read(0, Math.min(file.size, START_BYTES))).buffer)
  // An empty archive begins with its end. Two letters alone may be the length of a safetensors header.
  if (isAt(start, 0, 'PK\x03\x04') || isAt(start, 0, 'PK\x05\x06')) return torchZipLayout(file)
  if (isSafetensors(start)) return safetensorsLayout(file)
  if (mayBeLegacy(start)) return torchLegacyLayout(file)
  throw unknown(file, start)
}

/** A length, then JSON; a length of zero is a damaged one. */
function isSafetensors(start: Buffer): boolean {
  if (start.length < LENGTH_BYTES) return false
  return isAt(start, LENGTH_BYTES, '{') || lengthOf(start) === 0
}

function unknown(file: RangeReader, start: Buffer): Error {
  const refuse = refusalOf(file.path)
  if (start.length === 0) return refuse('it is empty', 'Save or fetch it again')
  if (/^(?:\ufeff)?\s*<(?:!doctype|html|\?xml|head)/i.test(start.toString('utf8')))
    return refuse(
      'it is a web page, not a weight file',
      'Fetch the file itself: the address may ask for a login',
    )
  if (isAt(start, 257, 'ustar')) {
    const convert = "torch.save(torch.load('weights.pth', weights_only=False), 'new.pth')"
    return refuse(
      'it is in the tar format of early PyTorch',
      `Where you trust it, convert it once in Python: ${convert}`,
    )
  }
  if (isAt(start, 1, 'HDF'))
    return refuse(
      'it is an HDF5 file, as Keras writes them',
      'Choose weights of PyTorch or a .safetensors file',
    )
  if (start.length > LENGTH_BYTES && lengthOf(start) <= file.size - LENGTH_BYTES)
    return refuse('its header is not JSON, if it is a .safetensors file')
  return refuse(
    'it is neither a .safetensors file nor one that torch.save wrote (.pt, .pth)',
    'Choose a file of weights, or fetch it again',
  )
}

function isAt(start: Buffer, offset: number, text: string): boolean {
  return start.toString('latin1', offset, offset + text.length) === text
}
