// The input of a reader at an index: a file made by the rules of its format, or a fixture with changes, in turn.

import { drawLegacy } from './legacy-grammar.js'
import { mutateLegacy, mutateSafetensors, mutateZip } from './mutants.js'
import { Random } from './random.js'
import type { ReaderName } from './readers.js'
import { drawSafetensors } from './safetensors-grammar.js'
import { drawZip } from './zip-grammar.js'

export interface DrawnFile {
  readonly bytes: Buffer
  /** What it is, in a few words. */
  readonly what: string
}

type Draw = (random: Random) => DrawnFile

const DRAWS: Readonly<Record<ReaderName, readonly [grammar: Draw, mutant: Draw]>> = {
  safetensors: [drawSafetensors, mutateSafetensors],
  zip: [drawZip, mutateZip],
  legacy: [drawLegacy, mutateLegacy],
}

/** A function of its arguments alone. */
export function inputOf(reader: ReaderName, seed: number, index: number): DrawnFile {
  const even = index % 2 === 0
  const { bytes, what } = DRAWS[reader][even ? 0 : 1](new Random(reader, seed, index))
  return { bytes, what: `${even ? 'made' : 'changed'}: ${what}` }
}
