// Headers of safetensors that are large in one respect, up to the limits of the reader and a bit more.

import type { DrawnFile } from './inputs.js'
import { BYTES, COUNT, twinLength } from './limits.js'
import type { Random } from './random.js'
import { fileOf } from './safetensors-grammar.js'

const claim = (name: string, begin: number, end: number, shape = '') =>
  `${name}:{"dtype":"U8","shape":[${shape}],"data_offsets":[${begin},${end}]}`

export function drawLargeHeader(random: Random): DrawnFile {
  const kind = random.weighted({
    tensors: 3,
    empty: 2,
    metadata: 1,
    digits: 1,
    space: 1,
    name: 2,
    twins: 1,
    nesting: 1,
    axes: 1,
  })
  const { text, data = 0, count } = FAMILIES[kind](random)
  return { bytes: fileOf(Buffer.from(text, 'latin1'), random.filled(data)), what: `${kind}: ${count}` }
}

interface Large {
  readonly text: string
  readonly data?: number
  readonly count: number
}

const FAMILIES = { tensors, empty, metadata, digits, space, name, twins, nesting, axes }

/** Tensors of one byte. */
function tensors(random: Random): Large {
  const count = random.size(COUNT)
  const members = Array.from({ length: count }, (_, index) => claim(`"${index}"`, index, index + 1))
  return { text: `{${members.join()}}`, data: count, count }
}

function empty(random: Random): Large {
  const count = random.size(COUNT)
  const members = Array.from({ length: count }, (_, index) => claim(`"${index}"`, 0, 0, '0'))
  return { text: `{${members.join()}}`, count }
}

function metadata(random: Random): Large {
  const count = random.size(COUNT)
  const strings = Array.from({ length: count }, (_, index) => `"\\u0000${index}":"\\n"`)
  return { text: `{"__metadata__":{${strings.join()}}}`, count }
}

function digits(random: Random): Large {
  const count = random.size(BYTES)
  return { text: `{${claim('"a"', 0, 1, random.pick(['9', '0', '-', '1']).repeat(count))}}`, data: 1, count }
}

function space(random: Random): Large {
  const count = random.size(BYTES)
  const blank = random.pick([' ', '\n', '\t']).repeat(count)
  return {
    text: random.chance(0.5) ? `{${blank}${claim('"a"', 0, 1)}}` : `{${claim('"a"', 0, 1)}}${blank}`,
    data: 1,
    count,
  }
}

function name(random: Random): Large {
  const letters = random.pick(['a', '\\\\', '\\"', '\\u0041', '\xc3\xa9', '\\ud800', '\\'])
  const count = random.size(BYTES / letters.length)
  return { text: `{${claim(`"${letters.repeat(count)}"`, 0, 1)}}`, data: 1, count }
}

/** Long names of one length that differ at their end alone: {@link twinLength} says why. */
function twins(random: Random): Large {
  const length = twinLength(random)
  const count = random.size(BYTES / (length + 80))
  const same = 'k'.repeat(length)
  const members = Array.from({ length: count }, (_, index) =>
    claim(`"${same}${10_000_000 + index}"`, index, index + 1),
  )
  return { text: `{${members.join()}}`, data: count, count }
}

function nesting(random: Random): Large {
  const count = random.size(BYTES / 4)
  return {
    text: random.pick(['[', '{"a":', '{"__metadata__":', '{"a":{"shape":[']).repeat(count / 4 + 1),
    count,
  }
}

/** Tensors of many axes. */
function axes(random: Random): Large {
  const count = random.size(COUNT / 2)
  const shape = Array(64).fill('1').join()
  const members = Array.from({ length: count }, (_, index) => claim(`"${index}"`, index, index + 1, shape))
  return { text: `{${members.join()}}`, data: count, count }
}
