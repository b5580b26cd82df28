// Random safetensors files, most of them right or wrong in one respect.

import type { DrawnFile } from './inputs.js'
import { EDGES } from './numbers.js'
import type { Random } from './random.js'
import { drawLargeHeader } from './safetensors-bulk.js'
import { name, names } from './texts.js'

const CODES = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 } as const

interface Claim {
  name: string
  dtype: string
  shape: (number | bigint)[]
  offsets: (number | bigint)[]
}

interface Draft {
  claims: Claim[]
  metadata: Record<string, string> | null
  /** Bytes behind the header. */
  data: number
}

/** Of the inputs, those with a large header. */
const BULK = 0.015

export function drawSafetensors(random: Random): DrawnFile {
  if (random.chance(BULK)) return drawLargeHeader(random)
  const draft = drawDraft(random)
  const fault = random.weighted({ none: 60, claim: 25, text: 12, length: 3 })
  const notes: string[] = []
  if (fault === 'claim') notes.push(spoil(CLAIM_FAULTS, random, draft))
  let text = textOf(draft, random)
  if (fault === 'text') {
    const [what, change] = random.pick(Object.entries(TEXT_FAULTS))
    notes.push(what)
    text = change(text, random)
  }
  const header = Buffer.from(text, 'latin1')
  const length = fault === 'length' ? falseLength(random, header.length) : BigInt(header.length)
  if (fault === 'length') notes.push(`a header of ${length} bytes`)
  const what = notes.length === 0 ? 'well-formed' : notes.join()
  return { bytes: fileOf(header, random.filled(draft.data), length), what }
}

export function fileOf(header: Uint8Array, data: Uint8Array, length = BigInt(header.length)): Buffer {
  const start = Buffer.alloc(8)
  start.writeBigUInt64LE(BigInt.asUintN(64, length))
  return Buffer.concat([start, header, data])
}

function falseLength(random: Random, right: number): bigint {
  return random.chance(0.5) ? random.pick(EDGES) : BigInt(right + random.between(-9, 9))
}

function drawDraft(random: Random): Draft {
  let data = 0
  const claims = names(random, random.size(20)).map((key): Claim => {
    const dtype = random.pick(Object.keys(CODES) as (keyof typeof CODES)[])
    const shape = Array.from({ length: random.below(5) }, () =>
      random.chance(0.03) ? 0 : random.between(1, 5),
    )
    const begin = data
    data += shape.reduce((product, size) => product * size, CODES[dtype] as number)
    return { name: key, dtype, shape, offsets: [begin, data] }
  })
  if (random.chance(0.5)) claims.reverse()
  const keys = names(random, random.size(8))
  const metadata = random.chance(0.4) ? Object.fromEntries(keys.map((key) => [key, name(random)])) : null
  return { claims, metadata, data }
}

type Faults<T> = Readonly<Record<string, (target: T, random: Random) => void>>

function spoil(faults: Faults<Draft>, random: Random, draft: Draft): string {
  const [what, change] = random.pick(Object.entries(faults))
  change(draft, random)
  return what
}

/** What is well-formed and cannot be true. */
const CLAIM_FAULTS: Faults<Draft> = {
  overlap: (draft, random) => move(random.pick(draft.claims), -random.between(1, 8)),
  hole: (draft, random) => move(random.pick(draft.claims), random.between(1, 8)),
  'data past its end': (draft, random) => {
    draft.data = random.below(draft.data + 1)
  },
  'trailing bytes': (draft, random) => {
    draft.data += random.size(100)
  },
  'a huge size': ({ claims }, random) => void random.pick(claims).shape.push(random.pick(EDGES)),
  'a huge offset': ({ claims }, random) => {
    random.pick(claims).offsets[random.below(2)] = random.pick(EDGES)
  },
  'offsets reversed': ({ claims }, random) => void random.pick(claims).offsets.reverse(),
  'three offsets': ({ claims }, random) => void random.pick(claims).offsets.push(0),
  'no offsets': ({ claims }, random) => {
    random.pick(claims).offsets = []
  },
  'too many sizes': ({ claims }, random) => {
    random.pick(claims).shape = Array(random.between(60, 200)).fill(1)
  },
  'another size': ({ claims }, random) => void random.pick(claims).shape.push(random.below(4)),
  'another dtype': ({ claims }, random) => {
    random.pick(claims).dtype = random.pick([...Object.keys(CODES), 'F8_E4M3', 'C64', 'f32', '', '\u001b[2J'])
  },
  'a name twice': ({ claims }, random) => void claims.push({ ...random.pick(claims) }),
}

function move({ offsets }: Claim, by: number): void {
  offsets.forEach((offset, index) => {
    offsets[index] = Math.max(0, Number(offset) + by)
  })
}

/** JSON in latin1, so that what is spoilt need not be UTF-8; names are escaped, or bytes of UTF-8. */
function textOf({ claims, metadata }: Draft, random: Random): string {
  const escapes = random.pick(['none', 'controls', 'all'])
  const space = () => (random.chance(0.05) ? random.pick([' ', '\n', '\t', '\r\n', '   ']) : '')
  const quote = (value: string) => space() + quoted(value, escapes) + space()
  const list = (values: readonly unknown[]) => `[${values.map((value) => `${space()}${value}`).join()}]`
  const members = claims.map(({ name: key, dtype, shape, offsets }) => {
    const parts = [
      `${quote('dtype')}:${quote(dtype)}`,
      `${quote('shape')}:${list(shape)}`,
      `${quote('data_offsets')}:${list(offsets)}`,
    ]
    return `${quote(key)}:{${(random.chance(0.2) ? parts.reverse() : parts).join()}}`
  })
  if (metadata !== null) {
    const strings = Object.entries(metadata).map(([key, value]) => `${quote(key)}:${quote(value)}`)
    members.unshift(`"__metadata__":{${strings.join()}}`)
  }
  return `{${members.join()}}${' '.repeat(random.below(8))}`
}

/** What JSON escapes anyway stays as it is. */
function quoted(value: string, escapes: string): string {
  const json = JSON.stringify(value)
  if (escapes === 'none') return Buffer.from(json).toString('latin1')
  const which = escapes === 'all' ? /\\u....|\\.|[a-z\u007f-\uffff]/g : /[\u007f-\uffff]/g
  return json.replace(which, (found) =>
    found.length > 1 ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** What is no header of safetensors. */
const TEXT_FAULTS: Readonly<Record<string, (text: string, random: Random) => string>> = {
  'leading zeros': (text) => text.replace(/\d+/, '00$&'),
  'a fraction': (text) => text.replace(/\[(\d*)/, '[$1.5'),
  'a negative number': (text) => text.replace(/\d+/, '-$&'),
  'an exponent': (text) => text.replace(/\d+\]/, '1e3]'),
  'an unknown key': (text) => text.replace('"dtype"', '"device":"cpu","dtype"'),
  'a key twice': (text) => text.replace('"dtype"', '"dtype":"F32","dtype"'),
  'no dtype': (text) => text.replace(/"dtype":"[^"]*",/, ''),
  'a text cut short': (text, random) => text.slice(0, random.below(text.length)),
  'a false escape': (text, random) =>
    text.replace('"', random.pick(['"\\x', '"\\u12', '"\\', '"\u0001', '"\xff'])),
  'a lone surrogate': (text) => text.replace('"', '"\\ud800'),
  'text behind it': (text, random) => `${text}${random.pick(['{}', '\u0000', 'x', ','])}`,
  'a comma too many': (text) => text.replace('}', ',}'),
  'a byte order mark': (text) => `\xef\xbb\xbf${text}`,
  'an array': (text) => `[${text}]`,
  nesting: (text, random) => text.replace(/\[/, '['.repeat(random.size(10_000))),
  null: (text, random) =>
    text.replace(/:[^:]*/, `:${random.pick(['null', 'true', '{}', '[]', '""', 'NaN'])}`),
}
