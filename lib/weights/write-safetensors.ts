// Writes a safetensors file, tensor by tensor, so that it is there whole or not at all.

import * as check from '../check.js'
import { quoted, saveDurably } from '../files/index.js'
import { CHECKSUM, NO_CHECKSUM, seal } from './checksum.js'
import { bytesOfElement, bytesOfTensor, codeOfDtype, TENSOR_DTYPES } from './dtypes.js'
import { HEADER_LIMIT, LENGTH_BYTES, METADATA } from './safetensors-header.js'
import type { NamedTensor } from './tensor.js'

/** Readers map tensors into memory, so the data starts at a multiple of the widest element. */
const ALIGNMENT = 8

/**
 * Saves tensors and free-form strings. The bytes lie in the order given, wider elements first, as the
 * reference's writer has them: each tensor then starts at a multiple of its element's size, and whoever maps
 * the file can use it in place.
 *
 * @param metadata Strings by name; `{}` for none.
 * @throws TypeError or RangeError where a tensor's bytes disagree with its shape or a name stands twice;
 *   TorchError FILE where the file cannot be saved (an older file of that name is untouched then).
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const { header, ordered } = laidOut(tensors, metadata)
  await saveDurably(path, contents(header, ordered))
}

async function* contents(header: Uint8Array, tensors: readonly NamedTensor[]): AsyncGenerator<Uint8Array> {
  yield header
  for (const { data } of tensors) yield data
}

/**
 * As {@link writeSafetensors}, with a checksum of the whole file among the metadata, which {@link readSealed} looks at.
 *
 * @throws As {@link writeSafetensors}.
 */
export async function writeSealed(
  path: string,
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const { header, ordered } = laidOut(tensors, { ...metadata, [CHECKSUM]: NO_CHECKSUM })
  await seal(
    header,
    ordered.map(({ data }) => data),
  )
  await saveDurably(path, contents(header, ordered))
}

/** The tensors in the order that they lie in, wider elements first, and the header that says so. */
function laidOut(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): { header: Uint8Array; ordered: NamedTensor[] } {
  checkTensors('tensors', tensors)
  checkMetadata(metadata)
  const ordered = [...tensors].sort((a, b) => bytesOfElement(b.dtype) - bytesOfElement(a.dtype))
  return { header: headerOf(ordered, metadata), ordered }
}

/** The length and the JSON, padded with spaces. */
function headerOf(tensors: readonly NamedTensor[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const members: string[] = []
  const add = (name: string, value: unknown) =>
    members.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`)
  if (Object.keys(metadata).length > 0) add(METADATA, metadata)
  let begin = 0
  for (const { name, dtype, shape, data } of tensors) {
    const end = begin + data.byteLength
    add(name, { dtype: codeOfDtype(dtype), shape, data_offsets: [begin, end] })
    begin = end
  }
  const json = Buffer.from(`{${members.join(',')}}`)
  const length = Math.ceil(json.byteLength / ALIGNMENT) * ALIGNMENT
  if (length > HEADER_LIMIT) {
    throw new RangeError(
      `Expected a header of at most ${HEADER_LIMIT} bytes for metadata and names but received ${length} bytes`,
    )
  }
  const header = Buffer.alloc(LENGTH_BYTES + length, ' ')
  header.writeBigUInt64LE(BigInt(length))
  json.copy(header, LENGTH_BYTES)
  return header
}

/**
 * @param argument The list's name in errors.
 * @throws TypeError or RangeError as {@link writeSafetensors}.
 */
export function checkTensors(argument: string, tensors: readonly NamedTensor[]): void {
  if (!Array.isArray(tensors)) throw new TypeError(check.expected('an array of tensors', argument, tensors))
  const names = new Set<string>()
  Array.from(tensors).forEach((tensor, index) => {
    checkTensor(tensor, `${argument}[${index}]`)
    if (names.has(tensor.name))
      throw new RangeError(`Expected one tensor a name but ${quoted(tensor.name)} stands twice`)
    names.add(tensor.name)
  })
}

function checkTensor(tensor: NamedTensor, argument: string): void {
  if (typeof tensor !== 'object' || tensor === null)
    throw new TypeError(check.expected('a tensor', argument, tensor))
  const { name, dtype, shape, data } = tensor
  check.string(`${argument}.name`, name)
  if (name === METADATA)
    throw new RangeError(check.expected(`a name other than ${METADATA}`, `${argument}.name`, name))
  check.oneOf(`${argument}.dtype`, dtype, TENSOR_DTYPES)
  if (!Array.isArray(shape))
    throw new TypeError(check.expected('an array of sizes', `${argument}.shape`, shape))
  for (const [axis, size] of shape.entries()) check.integer(`${argument}.shape[${axis}]`, size, 0)
  if (!(data instanceof Uint8Array))
    throw new TypeError(check.expected('a Uint8Array', `${argument}.data`, data))
  const bytes = bytesOfTensor(dtype, shape)
  if (data.byteLength === bytes) return
  throw new RangeError(
    `Expected ${bytes ?? 'a safe number of'} bytes of ${dtype} [${shape.join(', ')}] for ${argument}.data ` +
      `(${quoted(name)}) but received ${data.byteLength} bytes`,
  )
}

function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw new TypeError(check.expected('an object of strings', 'metadata', metadata))
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') throw new TypeError(check.expected('a string', `metadata.${key}`, value))
  }
}
