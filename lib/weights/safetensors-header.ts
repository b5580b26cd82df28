// The header of a safetensors file: read from the file, with every claim checked against the file's size.
// Format: u64 length of the header, the header as JSON, the tensors' bytes one after another.
// Source: https://github.com/huggingface/safetensors#format

import type { RangeReader } from '../files/index.js'
import { bytesOfTensor, dtypeOfCode } from './dtypes.js'
import { type Refuse, refusalOf, shortened } from './refusal.js'
import { HeaderText } from './safetensors-text.js'
import type { Layout, StoredTensor } from './tensor.js'
import { DIMENSIONS_LIMIT } from './tensor-view.js'

/** Bytes before the header. */
export const LENGTH_BYTES = 8
/** The reserved name of the free-form strings. */
export const METADATA = '__metadata__'
/**
 * A tensor takes about 100 bytes of a header and a class name less, so this is ample for any model, and what
 * a hostile header can make us build stays small beside it.
 */
export const HEADER_LIMIT = 2 ** 24

interface Entry extends StoredTensor {
  readonly bytes: number
}

interface Claim {
  name: string
  dtype?: string
  shape?: number[]
  offsets?: number[]
}

/**
 * @param file Known to have at least {@link LENGTH_BYTES} bytes.
 * @throws TorchError WEIGHTS naming the file and what is wrong with it.
 */
export async function safetensorsLayout(file: RangeReader): Promise<Layout> {
  const { claims, metadata, base } = await readHeader(file)
  const tensors = laidOut(claims, base, file.size - base, refusalOf(file.path))
  return { format: 'safetensors', tensors, metadata }
}

interface Header {
  readonly claims: readonly Claim[]
  readonly metadata: Readonly<Record<string, string>>
  /** Bytes before the tensors. */
  readonly base: number
}

/** What the file claims: well formed, but not yet held against the file's size. */
export async function readHeader(file: RangeReader): Promise<Header> {
  const refuse = refusalOf(file.path)
  const length = lengthOf(await file.read(0, LENGTH_BYTES))
  if (length === 0) throw refuse('its header is empty')
  if (length > file.size - LENGTH_BYTES) throw refuse('its header reaches past its end')
  if (length > HEADER_LIMIT) throw refuse(`its header of ${length} bytes is longer than ${HEADER_LIMIT}`)
  const { claims, metadata } = parse(decode(await file.read(LENGTH_BYTES, length), refuse), refuse)
  return { claims, metadata, base: LENGTH_BYTES + length }
}

/** The header's length in bytes. */
export function lengthOf(start: Uint8Array): number {
  return Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true))
}

function decode(bytes: Uint8Array, refuse: Refuse): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw refuse('its header is not UTF-8')
  }
}

function parse(json: string, refuse: Refuse): { claims: Claim[]; metadata: Record<string, string> } {
  const text = new HeaderText(json, refuse)
  const claims: Claim[] = []
  const metadata: [string, string][] = []
  text.object((name) => {
    if (name === METADATA) text.object((key) => metadata.push([key, text.string()]))
    else claims.push(parseClaim(name, text, refuse))
  })
  text.end()
  return { claims, metadata: Object.fromEntries(metadata) }
}

function parseClaim(name: string, text: HeaderText, refuse: Refuse): Claim {
  const claim: Claim = { name }
  text.object((key) => {
    if (key === 'dtype') claim.dtype = text.string()
    else if (key === 'shape') claim.shape = text.integers(DIMENSIONS_LIMIT)
    else if (key === 'data_offsets') claim.offsets = text.integers(2)
    else throw refuse(`its tensor ${shortened(name)} has the unknown key ${shortened(key)}`)
  })
  return claim
}

/** Checks that the tensors own every byte of the data once. */
function laidOut(claims: readonly Claim[], base: number, dataBytes: number, refuse: Refuse): StoredTensor[] {
  const entries = claims.map((claim) => entryOf(claim, base, refuse))
  // An empty tensor shares its offset with the one that starts there.
  entries.sort((a, b) => a.offset - b.offset || a.bytes - b.bytes)
  let end = base
  for (const { name, offset, bytes } of entries) {
    if (offset < end) throw refuse(`its tensor ${shortened(name)} overlaps another one`)
    if (offset > end)
      throw refuse(`no tensor owns the ${offset - end} bytes before its tensor ${shortened(name)}`)
    end += bytes
    if (end > base + dataBytes) throw refuse(`its tensor ${shortened(name)} reaches past its end`)
  }
  if (end < base + dataBytes) throw refuse(`no tensor owns its last ${base + dataBytes - end} bytes`)
  return entries.map(({ bytes: _, ...tensor }) => tensor)
}

function entryOf({ name, dtype: code, shape, offsets }: Claim, base: number, refuse: Refuse): Entry {
  const tensor = `its tensor ${shortened(name)}`
  if (code === undefined || shape === undefined || offsets === undefined) {
    throw refuse(`${tensor} lacks its dtype, shape or data_offsets`)
  }
  const dtype = dtypeOfCode(code)
  if (dtype === undefined) throw refuse(`${tensor} has the unknown dtype ${shortened(code)}`)
  const bytes = bytesOfTensor(dtype, shape)
  if (bytes === null) throw refuse(`${tensor} of shape [${shape.join(', ')}] has too many elements`)
  const [begin, end] = offsets
  if (begin === undefined || end === undefined || end - begin !== bytes) {
    throw refuse(
      `${tensor} of shape [${shape.join(', ')}] takes ${bytes} bytes, not those from ${begin} to ${end}`,
    )
  }
  return { name, dtype, shape, offset: base + begin, strides: null, bytes }
}
