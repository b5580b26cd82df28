import { describe, expect, it } from 'vitest'
import { validationShare } from '../../examples/01-train-a-classifier/divide.js'

describe('the share for validation', () => {
  it.each([
    ['a fifth of 20 photographs', [20, 20, 20], 1 / 5],
    ['one of 8', [8, 8], 1 / 8],
    ['one of 2', [2, 2], 1 / 2],
    ['of uneven identities together', [4, 10, 26], (1 + 2 + 5) / 40],
  ])('is %s', (_, counts, share) => {
    expect(validationShare(counts)).toBeCloseTo(share, 12)
  })
})
