import { expect, it } from 'vitest'
import { choosePrecision } from '../../lib/inference/index.js'

const cpu = { name: 'cpu' }
const cuda = { name: 'cuda:0' }
const none = { bfloat16: { cpu: false, cuda: false } }
const both = { bfloat16: { cpu: true, cuda: true } }

it('refuses bfloat16 where the device has no instructions for it, with the remedy', () => {
  const refused = (owner: string) =>
    expect.objectContaining({ code: 'PRECISION', message: expect.stringMatching(`${owner}.*'float32'`) })
  expect(() => choosePrecision('bfloat16', cpu, none)).toThrow(refused('this processor'))
  expect(() => choosePrecision('bfloat16', cuda, none)).toThrow(refused('this GPU'))
})

it('takes what is asked for', () => {
  for (const asked of ['float32', 'bfloat16', 'float64'] as const) {
    expect(choosePrecision(asked, cpu, both)).toEqual({ name: asked, reason: 'asked for' })
  }
})

it("says why 'auto' chose as it did", () => {
  expect(choosePrecision('auto', cpu, none)).toEqual({
    name: 'float32',
    reason: 'this processor has no instructions for bfloat16',
  })
  const { name, reason } = choosePrecision('auto', cuda, { bfloat16: { cpu: false, cuda: true } })
  expect([name, reason]).toEqual(['bfloat16', expect.stringContaining('this GPU has instructions for it')])
})
