// Files of the fixtures with small changes, mostly behind what a reader looks at first.

import { zipOf } from '../scripts/zip-writer.js'
import { type Fixture, fixturesOf } from './fixtures.js'
import type { DrawnFile } from './inputs.js'
import { IN_PLACE, mutated, spliced } from './mutations.js'
import { EDGES } from './numbers.js'
import type { Random } from './random.js'
import { fileOf } from './safetensors-grammar.js'
import { CENTRAL, recordsOf } from './zip-damage.js'

const FIXTURES = {
  safetensors: fixturesOf('safetensors'),
  zip: fixturesOf('zip'),
  legacy: fixturesOf('legacy'),
} as const

/** Of the mutants, those changed anywhere. */
const ANYWHERE = 0.25
const SPLICED = 0.05
/** Of good files at least: a bad one is refused soon, whatever is changed in it. */
const GOOD = 0.5

export function mutateSafetensors(random: Random): DrawnFile {
  return mutant(random, FIXTURES.safetensors, ({ bytes }) => {
    const length = bytes.length < 8 ? 0 : Number(bytes.readBigUInt64LE())
    if (length < 2 || length > bytes.length - 8) return mutated(bytes, random)
    const header = bytes.subarray(8, 8 + length)
    const data = bytes.subarray(8 + length)
    if (random.chance(0.7)) {
      const { text, what } = otherTokens(header.toString('latin1'), random)
      return { bytes: fileOf(Buffer.from(text, 'latin1'), data), what }
    }
    if (random.chance(0.5)) {
      const changed = mutated(data, random)
      return { bytes: fileOf(header, changed.bytes), what: `${changed.what} of its data` }
    }
    const changed = mutated(header, random)
    return { bytes: fileOf(changed.bytes, data), what: `${changed.what} of its header` }
  })
}

/** Other numbers and types in the places where they may stand. */
function otherTokens(header: string, random: Random): { text: string; what: string } {
  const tokens = header.split(/(\d+(?=[,\]])|"[A-Z]+\d*")/)
  const places = tokens.flatMap((_, index) => (index % 2 === 1 ? [index] : []))
  const done: string[] = []
  for (let left = random.size(4); left > 0 && places.length > 0; left--) {
    const place = random.pick(places)
    const token = tokens[place] as string
    const number = random.chance(0.8) ? random.below(64) : random.pick(EDGES)
    tokens[place] = token.startsWith('"') ? `"${random.pick(TYPES)}"` : `${number}`
    done.push(`${token} to ${tokens[place]}`)
  }
  return { text: tokens.join(''), what: done.join(' ') }
}

const TYPES = ['F64', 'F16', 'BF16', 'I32', 'U8', 'BOOL', 'F8_E5M2']

export function mutateZip(random: Random): DrawnFile {
  return mutant(random, FIXTURES.zip, ({ bytes }) => {
    const entries = Object.entries(entriesOf(bytes))
    const pickle = entries.findIndex(([name]) => name.endsWith('data.pkl'))
    if (pickle === -1) return mutated(bytes, random)
    if (random.chance(0.2)) {
      const [directory = 0] = recordsOf(bytes, CENTRAL)
      const changed = mutated(bytes.subarray(directory), random, IN_PLACE)
      const what = `${changed.what} of its directory`
      return { bytes: Buffer.concat([bytes.subarray(0, directory), changed.bytes]), what }
    }
    const at = random.chance(0.8) ? pickle : random.below(entries.length)
    const [name, content] = entries[at] as [string, Buffer]
    const changed = mutated(content, random)
    entries[at] = [name, changed.bytes]
    const zip = zipOf(Object.fromEntries(entries), { deflate: false })
    return { bytes: zip, what: `${changed.what} of ${name}` }
  })
}

/** The contents of a stored archive by name; none where it is damaged. */
function entriesOf(zip: Buffer): Record<string, Buffer> {
  const entries: Record<string, Buffer> = {}
  for (const at of recordsOf(zip, CENTRAL)) {
    const [size, nameLength, header] = [
      zip.readUInt32LE(at + 24),
      zip.readUInt16LE(at + 28),
      zip.readUInt32LE(at + 42),
    ]
    const content = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
    entries[zip.toString('utf8', at + 46, at + 46 + nameLength)] = zip.subarray(content, content + size)
  }
  return entries
}

/** How the third pickle ends, after which the object's begins. */
const SYSTEM_END = 'uu.'

export function mutateLegacy(random: Random): DrawnFile {
  return mutant(random, FIXTURES.legacy, ({ bytes }) => {
    const start = bytes.indexOf(SYSTEM_END, 0, 'latin1') + SYSTEM_END.length
    const changed = mutated(bytes.subarray(start), random)
    return {
      bytes: Buffer.concat([bytes.subarray(0, start), changed.bytes]),
      what: `${changed.what} behind its start`,
    }
  })
}

function mutant(
  random: Random,
  fixtures: readonly Fixture[],
  change: (fixture: Fixture) => DrawnFile,
): DrawnFile {
  const fixture = random.pick(random.chance(GOOD) ? fixtures.filter(({ good }) => good) : fixtures)
  if (random.chance(SPLICED)) {
    const other = random.pick(fixtures)
    return {
      bytes: spliced(fixture.bytes, other.bytes, random),
      what: `${fixture.name} and ${other.name} spliced`,
    }
  }
  const { bytes, what } = random.chance(ANYWHERE) ? mutated(fixture.bytes, random) : change(fixture)
  return { bytes, what: `${fixture.name}: ${what}` }
}
