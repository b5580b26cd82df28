// The losses of a training's steps. Where float32 leaves its tolerance, the case's own conditioning says how far rounding
// alone may take it: the same steps are made in float64 with weights and images moved by one rounding of float32, as if
// they had been stored once. What float64 itself cannot hold then, no float32 can; a case that holds still widens nothing.
import { type Check, type Precision, relativeErrors, within, worst } from './check.js'

const TOLERANCE = { float64: 1e-8, float32: 2e-2 } as const
const DRAWS = [1, 2, 3]

/**
 * What float32 may differ by, in units of what one rounding of weights and images does: it rounds after every
 * operation of every step, too. Over 30 seeds of the ResNet-50 cases float32 went up to 1.7 units far.
 */
const FACTOR = 3

/**
 * @param again The losses of the same steps in float64, with weights and images moved by the rounding errors of a
 *   draw; null: as they are.
 */
export async function checkLosses(
  losses: readonly number[],
  reference: readonly number[],
  precision: Precision,
  again: (draw: number | null) => Promise<readonly number[]>,
): Promise<Check> {
  const error = worst(relativeErrors(losses, reference))
  const plain = within('losses', precision, error, TOLERANCE[precision])
  if (plain.pass || precision === 'float64' || !Number.isFinite(error)) return plain
  const move = await largestMove(again)
  const tolerance = worst([TOLERANCE.float32, FACTOR * move])
  const widened = tolerance > TOLERANCE.float32 ? 'widened' : 'not widened'
  const note = `${widened}: float64 moves by ${move.toExponential(1)} when weights and images move by one rounding of float32`
  return within('losses', precision, error, tolerance, note)
}

/**
 * The largest relative change of any loss. It counts for all steps, since rounding also decides in which of them
 * differences begin to grow. Compared with float64 itself and not with the golden, whose own mistakes widen nothing.
 */
async function largestMove(again: (draw: number | null) => Promise<readonly number[]>): Promise<number> {
  const still = await again(null)
  const moves: number[] = []
  for (const draw of DRAWS) moves.push(...relativeErrors(await again(draw), still))
  return worst(moves)
}
