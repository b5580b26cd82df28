// Stands in for the program that reads files, and does what the file's name says.

import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type Answer, type Question, READY } from './messages.js'

const REFUSED: Answer = {
  outcome: { kind: 'threw', error: 'TorchError', code: 'WEIGHTS', message: '' },
  milliseconds: 1,
  peakGrowthBytes: 0,
  unusable: null,
}

/** Each as it differs from a refusal. */
const ANSWERS: Readonly<Record<string, Partial<Answer>>> = {
  'type-error': { outcome: { kind: 'threw', error: 'TypeError', code: null, message: 'x is undefined' } },
  'other-code': { outcome: { kind: 'threw', error: 'TorchError', code: 'NATIVE', message: 'refused' } },
  nameless: { outcome: { kind: 'threw', error: 'TorchError', code: 'WEIGHTS', message: 'it is damaged' } },
  'without-reason': {
    outcome: { kind: 'threw', error: 'TorchError', code: 'FILE', message: '"without-reason"' },
  },
  slow: { milliseconds: 1500 },
  large: { peakGrowthBytes: 300_000_000 },
  spoils: { unusable: 'it is closed' },
}

process.on('disconnect', () => process.exit())
process.on('message', ({ path }: Question) => {
  const name = basename(path)
  if (name === 'exits') process.exit(3)
  if (name === 'dies') process.kill(process.pid, 'SIGSEGV')
  if (name === 'hangs') return
  if (name === 'runs-code') writeFileSync('PWNED_BY_WEIGHTS', '')
  const outcome = { ...REFUSED.outcome, message: `Cannot load "${path}": it is damaged.` }
  process.send?.({ ...REFUSED, outcome, ...ANSWERS[name] })
})
process.send?.(READY)
