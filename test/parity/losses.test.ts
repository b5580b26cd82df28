// When float32's tolerance is widened, and when not.
import { expect, it, vi } from 'vitest'
import { checkLosses } from './losses.js'

const reference = [3, 2, 1]

/** The losses in float64: `move` is how far, as a share, one rounding of the weights takes the last one. */
const conditioned = (move: number) =>
  vi.fn(async (draw: number | null) => (draw === null ? [3, 2, 1] : [3, 2, 1 + (move * draw) / 3]))

it('takes no further steps where float32 is within 2 % or the precision is float64', async () => {
  const again = conditioned(0.1)
  expect(await checkLosses([3, 2, 1.019], reference, 'float32', again)).toMatchObject({
    pass: true,
    tolerance: 2e-2,
    note: '',
  })
  expect(await checkLosses([3, 2, 1.1], reference, 'float64', again)).toMatchObject({
    pass: false,
    tolerance: 1e-8,
  })
  expect(again).not.toHaveBeenCalled()
})

it('widens to three times the largest move of float64', async () => {
  const check = await checkLosses([3, 2.1, 1.25], reference, 'float32', conditioned(0.1))
  expect(check.pass).toBe(true)
  expect(check.error).toBeCloseTo(0.25)
  expect(check.tolerance).toBeCloseTo(0.3)
  expect(check.note).toMatch(/^widened: float64 moves by 1\.0e-1 /)
  expect(await checkLosses([3, 2, 1.31], reference, 'float32', conditioned(0.1))).toMatchObject({
    pass: false,
  })
})

it('widens nothing where float64 stays, and for no mistake of the golden', async () => {
  const check = await checkLosses([3, 2, 1], [3, 2, 1.5], 'float32', conditioned(1e-5))
  expect(check).toMatchObject({ pass: false, tolerance: 2e-2 })
  expect(check.note).toMatch(/^not widened/)
})

it('fails what is NaN, infinite or missing', async () => {
  for (const losses of [[3, 2, Number.NaN], [3, 2, Infinity], [3, 2], []])
    expect(await checkLosses(losses, reference, 'float32', conditioned(0.1))).toMatchObject({ pass: false })
  const lost = async (draw: number | null) => (draw === null ? reference : [3, 2, Number.NaN])
  expect(await checkLosses([3, 2, 1.1], reference, 'float32', lost)).toMatchObject({ pass: false })
})
