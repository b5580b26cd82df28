// Names that a program may trip over.

import type { Random } from './random.js'

const ODD = [
  '',
  '__proto__',
  'constructor',
  'toString',
  '__metadata__',
  'NaN',
  '0',
  '-1',
  '\u001b[2J\u0007',
  'line\nbreak\r',
  '"quoted" \\ slashes/',
  '\u202eright to left\u2069',
  '\u0000',
  '\u{1f469}\u200d\u{1f52c}',
  '../../etc/passwd',
  'e\u0301 and \u00e9',
]

const WORDS = ['conv', 'bn', 'fc', 'layer1', 'block', 'weight', 'bias', 'running_mean', '0', 'module', 'head']

export function name(random: Random): string {
  if (random.chance(0.15)) return random.pick(ODD)
  if (random.chance(0.02)) return random.pick(['x', '\u00e9', '\u001b']).repeat(random.size(5000))
  return Array.from({ length: random.between(1, 4) }, () => random.pick(WORDS)).join('.')
}

/** Names, a few of them twice. */
export function names(random: Random, count: number): string[] {
  const drawn = Array.from({ length: count }, () => name(random))
  return random.chance(0.97) ? [...new Set(drawn)] : drawn
}
