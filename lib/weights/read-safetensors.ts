// Reads a safetensors file: all of it, or what it says about itself.

import { RangeReader } from '../files/index.js'
import { type Header, readHeader } from './header.js'
import type { NamedTensor, TensorInfo } from './tensor.js'

export interface Safetensors {
  /** In the order of their bytes in the file. */
  readonly tensors: NamedTensor[]
  readonly metadata: Readonly<Record<string, string>>
}

export interface SafetensorsSummary {
  readonly tensors: TensorInfo[]
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Reads every tensor, one range after the other: the memory is that of the tensors and of the header.
 *
 * @throws TorchError FILE where the file cannot be read, WEIGHTS where it is damaged, hostile or of another
 *   format.
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  return withHeader(path, async ({ entries, metadata }, file) => {
    const tensors: NamedTensor[] = []
    for (const { name, dtype, shape, offset, bytes } of entries) {
      tensors.push({ name, dtype, shape, data: await file.read(offset, bytes) })
    }
    return { tensors, metadata }
  })
}

/**
 * Reads the header alone: names, shapes and metadata, fully checked against the file's size, in the time of a
 * few hundred kilobytes whatever the size of the file.
 *
 * @throws TorchError as {@link readSafetensors}.
 */
export async function readSafetensorsMetadata(path: string): Promise<SafetensorsSummary> {
  return withHeader(path, async ({ entries, metadata }) => ({
    tensors: entries.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    metadata,
  }))
}

async function withHeader<T>(
  path: string,
  use: (header: Header, file: RangeReader) => Promise<T>,
): Promise<T> {
  const file = await RangeReader.open(path)
  try {
    return await use(await readHeader(file), file)
  } finally {
    await file.close()
  }
}
