// Photographs whole, cut at every twentieth, and damaged in each way; and without end, several ways at once.

import { Random } from '../fuzz/random.js'
import { damages, truncated } from './damages.js'
import { fileInput, type Input } from './input.js'
import type { Source } from './sources.js'

/** How often each photograph is damaged in each way. */
const TIMES = 2

export function wholeInputs(sources: readonly Source[]): Input[] {
  return sources.map(({ name, extension, bytes }) =>
    fileInput('whole', name, `whole${extension}`, 'decoded', () => bytes),
  )
}

export function cutInputs(sources: readonly Source[]): Input[] {
  return sources.flatMap(({ name, extension, bytes, animated }) =>
    Array.from({ length: 19 }, (_, step) => {
      const percent = 5 * (step + 1)
      const expected = animated ? 'either' : 'refused'
      return fileInput('cut', `${name} cut at ${percent} %`, `cut${extension}`, expected, () =>
        truncated(bytes, percent),
      )
    }),
  )
}

export function damagedInputs(sources: readonly Source[], seed: number): Input[] {
  return sources.flatMap((source, at) =>
    Object.entries(damages).flatMap(([kind, damage], way) =>
      Array.from({ length: TIMES }, (_, time) =>
        fileInput(kind, source.name, `damaged${source.extension}`, 'either', () => {
          const random = new Random(kind, seed, (at * 100 + way) * TIMES + time)
          return damage(source.bytes, random, random.pick(sources).bytes)
        }),
      ),
    ),
  )
}

/** Input `index` of those without end: one to three damages of any photograph, every other time of one that was given. */
export function mixedInput(
  drawn: readonly Source[],
  given: readonly Source[],
  seed: number,
  index: number,
): Input {
  const random = new Random('mixed', seed, index)
  const sources = given.length > 0 && random.chance(0.5) ? given : drawn
  const source = random.pick(sources)
  const ways = Array.from({ length: random.between(1, 3) }, () => random.pick(Object.keys(damages)))
  return fileInput(
    'mixed damages',
    `${source.name}: ${ways.join(', ')}`,
    `mixed${source.extension}`,
    'either',
    () => {
      let bytes = source.bytes
      // What is left of a file may be too short for the next damage.
      for (const way of ways)
        if (bytes.length > 16) bytes = damages[way]?.(bytes, random, random.pick(sources).bytes) ?? bytes
      return bytes
    },
  )
}
