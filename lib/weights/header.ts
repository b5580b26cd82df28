// The header of a safetensors file: read from the file, with every claim checked against the file's size.
// Format: u64 length of the header, the header as JSON, the tensors' bytes one after another.
// Source: https://github.com/huggingface/safetensors#format

import type { RangeReader } from '../files/index.js'
import { bytesOfTensor, dtypeOfCode } from './dtypes.js'
import { HeaderText } from './header-text.js'
import { notSafetensors, type Refuse, refusalOf, shortened } from './refusal.js'
import type { TensorInfo } from './tensor.js'

/** Bytes before the header. */
export const LENGTH_BYTES = 8
/** The reserved name of the free-form strings. */
export const METADATA = '__metadata__'
/**
 * A tensor takes about 100 bytes of a header and a class name less, so this is ample for any model, and what
 * a hostile header can make us build stays small beside it.
 */
export const HEADER_LIMIT = 2 ** 24
/** PyTorch's own limit of dimensions. */
const DIMENSIONS_LIMIT = 64

const OPENING_BRACE = 0x7b

export interface TensorEntry extends TensorInfo {
  /** Bytes from the file's beginning. */
  readonly offset: number
  readonly bytes: number
}

export interface Header {
  /** In the order of their bytes. */
  readonly entries: readonly TensorEntry[]
  readonly metadata: Readonly<Record<string, string>>
}

interface Claim {
  name: string
  dtype?: string
  shape?: number[]
  offsets?: number[]
}

/** @throws TorchError WEIGHTS naming the file and what is wrong with it. */
export async function readHeader(file: RangeReader): Promise<Header> {
  const refuse = refusalOf(file.path)
  if (file.size === 0) throw refuse('it is empty')
  const start = await file.read(0, Math.min(file.size, LENGTH_BYTES + 1))
  const length = lengthOf(start)
  if (start[LENGTH_BYTES] !== OPENING_BRACE) throw whyNoHeader(file.path, start, length)
  if (length > file.size - LENGTH_BYTES) throw refuse('its header reaches past its end')
  if (length > HEADER_LIMIT) throw refuse(`its header of ${length} bytes is longer than ${HEADER_LIMIT}`)
  const header = parse(decode(await file.read(LENGTH_BYTES, length), refuse), refuse)
  const base = LENGTH_BYTES + length
  return { entries: laidOut(header.claims, base, file.size - base, refuse), metadata: header.metadata }
}

/** The header's length in bytes; NaN where the file is shorter than the length itself. */
function lengthOf(start: Uint8Array): number {
  if (start.length < LENGTH_BYTES) return Number.NaN
  return Number(new DataView(start.buffer).getBigUint64(0, true))
}

function whyNoHeader(path: string, start: Uint8Array, length: number): Error {
  if (length === 0) return refusalOf(path)('its header is empty')
  return notSafetensors(path, start)
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
function laidOut(claims: readonly Claim[], base: number, dataBytes: number, refuse: Refuse): TensorEntry[] {
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
  return entries
}

function entryOf({ name, dtype: code, shape, offsets }: Claim, base: number, refuse: Refuse): TensorEntry {
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
  return { name, dtype, shape, offset: base + begin, bytes }
}
