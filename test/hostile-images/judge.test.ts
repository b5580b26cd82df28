// What the judge takes for a fault.

import { expect, test } from 'vitest'
import { faultOf, faultOfBoth, faultOfFolder, LIMITS } from './judge.js'
import type { Answer, Outcome } from './messages.js'

const path = '/photographs/a\nb.jpg'
const named = 'The photograph "/photographs/a\\nb.jpg" is empty.'
const answered = (outcome: Outcome, more: Partial<Answer> = {}): Answer => ({
  ...{ outcome, milliseconds: 1, growthBytes: 0 },
  ...more,
})
const decoded = (width: number, height: number, bytes = width * height * 3): Outcome => ({
  ...{ kind: 'decoded', width, height, bytes },
})
const threw = (code: string | null, message = named, error = 'TorchError'): Outcome => ({
  ...{ kind: 'threw', error, code, message },
})
const good = answered(decoded(4, 3))

test('pixels that fit and a refusal that names the file are no fault', () => {
  expect(faultOf(path, 'either', good, LIMITS)).toBeNull()
  expect(faultOf(path, 'decoded', good, LIMITS)).toBeNull()
  expect(faultOf(path, 'refused', answered(threw('IMAGE')), LIMITS)).toBeNull()
  expect(faultOf(path, 'either', answered(threw('FILE')), LIMITS)).toBeNull()
})

test.each<[string, Answer | string, string]>([
  ['a process that ended', 'it ended the process: SIGSEGV', 'SIGSEGV'],
  ['much time', answered(decoded(4, 3), { milliseconds: 5001 }), 'it took 5.0 s'],
  ['much memory', answered(decoded(4, 3), { growthBytes: 1.1e9 }), 'it took 1100 MB'],
  ['bytes that do not fit', answered(decoded(4, 3, 35)), '4 x 3 pixels have 35 bytes'],
  ['no pixel', answered(decoded(0, 3)), '0 x 3 pixels'],
  ['too many pixels', answered(decoded(20_000, 20_000)), '20000 x 20000 pixels'],
  ['another error', answered(threw(null, 'x is undefined', 'TypeError')), 'TypeError: x is undefined'],
  ['another code', answered(threw('NATIVE')), 'its code is NATIVE'],
  ['no name', answered(threw('IMAGE', 'it is damaged')), 'does not name the file'],
  ['a name as it is', answered(threw('IMAGE', `"${path}" is damaged`)), 'does not name the file'],
  ['a command', answered(threw('IMAGE', `${named}\u001b[2J`)), 'commands the terminal'],
])('%s is a fault', (_, answer, note) => {
  expect(faultOf(path, 'either', answer, LIMITS)).toContain(note)
})

test('what was expected and did not come is a fault', () => {
  expect(faultOf(path, 'refused', good, LIMITS)).toBe('it is decoded instead of refused')
  expect(faultOf(path, 'decoded', answered(threw('IMAGE')), LIMITS)).toContain(
    'it is refused: The photograph',
  )
})

test('a photograph is the same at full size and shrunk', () => {
  expect(faultOfBoth(decoded(400, 300), decoded(171, 128))).toBeNull()
  expect(faultOfBoth(decoded(90, 70), decoded(90, 70))).toBeNull()
  expect(faultOfBoth(threw('IMAGE'), threw('IMAGE'))).toBeNull()
  expect(faultOfBoth(decoded(400, 300), decoded(100, 75))).toContain('75 pixels are left instead of 128')
  expect(faultOfBoth(decoded(9, 9), threw('IMAGE'))).toBe('it is decoded at full size and refused shrunk')
})

test('a folder skips what is refused alone, and is refused where that is much', () => {
  const packed = (skipped: string[], refusal: 'DATASET' | 'NATIVE' | null) =>
    answered({
      ...{ kind: 'packed', photographs: ['a.jpg', 'b.jpg'] },
      skipped: skipped.map((file) => ({ file, reason: `"${file}" is empty` })),
      refusal:
        refusal === null ? null : { kind: 'threw', error: 'TorchError', code: refusal, message: 'much' },
    })
  expect(faultOfFolder(packed([], null), new Set())).toBeNull()
  expect(faultOfFolder(packed(['a.jpg'], 'DATASET'), new Set(['a.jpg']))).toBeNull()
  expect(faultOfFolder(packed(['a.jpg'], 'DATASET'), new Set())).toContain(
    '"a.jpg" is skipped, alone it is not',
  )
  expect(faultOfFolder(packed([], null), new Set(['b.jpg']))).toContain('"b.jpg" is packed, alone it is not')
  expect(faultOfFolder(packed(['a.jpg'], 'NATIVE'), new Set(['a.jpg']))).toContain('DATASET is not')
  expect(faultOfFolder(answered(threw(null, 'bad', 'RangeError')), new Set())).toContain('RangeError')
})
