// What the losses of a learning-rate range test say.

/** A step of the test. */
export interface RatePoint {
  readonly learningRate: number
  /** Of the step's batches, before its update. */
  readonly loss: number
  /** Exponential average of the losses so far, corrected for its beginning. */
  readonly smoothed: number
}

/** Of the average so far that each step keeps: the mean of some ten steps. */
const SMOOTHING = 0.9
/** Times the lowest smoothed loss, as in fastai's finder: from there on the training diverges. */
const DIVERGED = 4
/** The slope is taken over so much of the axis at most, in powers of ten, and over so few points at least. */
const WIDEST_WINDOW = 1
const NARROWEST_WINDOW = 5
/** A fall by such a share is none. */
const ROUNDING = 1e-9

/** Collects the points of a test. */
export class RateCurve {
  readonly points: RatePoint[] = []
  #average = 0
  #lowest = Infinity

  add(learningRate: number, loss: number): void {
    this.#average = SMOOTHING * this.#average + (1 - SMOOTHING) * loss
    const smoothed = this.#average / (1 - SMOOTHING ** (this.points.length + 1))
    this.#lowest = Math.min(this.#lowest, smoothed)
    this.points.push({ learningRate, loss, smoothed })
  }

  get diverged(): boolean {
    return (this.points.at(-1)?.smoothed ?? 0) > DIVERGED * this.#lowest
  }
}

/**
 * The rate where the loss falls most steeply over the logarithm of the rate: the middle of the stretch of a power of ten, before
 * the lowest smoothed loss, through whose losses the line of least squares is steepest. The losses themselves are taken, as
 * their average comes late. null where the loss does not fall by more than it scatters.
 */
export function steepestRate(points: readonly RatePoint[]): number | null {
  if (!falls(points)) return null
  const end = lowestPlace(points) + 1
  const width = Math.min(windowOf(points), end)
  const lines = Array.from({ length: end - width + 1 }, (_, first) =>
    lineThrough(points.slice(first, first + width)),
  )
  const steepest = lines.reduce((best, line) => (line.slope < best.slope ? line : best))
  return steepest.slope < 0 ? 10 ** steepest.middle : null
}

/** A tenth of the rate with the lowest smoothed loss; null where the loss does not fall by more than it scatters. */
export function belowLowest(points: readonly RatePoint[]): number | null {
  return falls(points) ? (points[lowestPlace(points)] as RatePoint).learningRate / 10 : null
}

/** Whether the smoothed loss comes to lie below the first losses by more than their standard deviation. */
function falls(points: readonly RatePoint[]): boolean {
  const lowest = lowestPlace(points)
  const width = windowOf(points)
  if (lowest < 2 || points.length < width) return false
  const { height, deviation } = lineThrough(points.slice(0, width))
  const rounding = ROUNDING * Math.abs(height)
  return height - (points[lowest] as RatePoint).smoothed > deviation + rounding
}

/** -1 where there is no point. */
function lowestPlace(points: readonly RatePoint[]): number {
  return points.reduce((best, { smoothed }, place) => {
    return best === -1 || smoothed < (points[best] as RatePoint).smoothed ? place : best
  }, -1)
}

/** Points of a stretch: those of a power of ten, but no more than a third of all, so that there is a choice. */
function windowOf(points: readonly RatePoint[]): number {
  const [first, second] = points
  if (first === undefined || second === undefined) return NARROWEST_WINDOW
  const distance = Math.log10(second.learningRate / first.learningRate)
  const wide = Math.min(Math.round(WIDEST_WINDOW / distance), Math.floor(points.length / 3))
  return Math.max(NARROWEST_WINDOW, wide)
}

interface Line {
  /** Of the losses over the power of ten of the rate. */
  readonly slope: number
  /** The power of ten in the middle, and the mean loss. */
  readonly middle: number
  readonly height: number
  /** Standard deviation of the losses from the line. */
  readonly deviation: number
}

/** By least squares. */
function lineThrough(points: readonly RatePoint[]): Line {
  const x = points.map(({ learningRate }) => Math.log10(learningRate))
  const middle = mean(x)
  const height = mean(points.map(({ loss }) => loss))
  let [covariance, variance, spread] = [0, 0, 0]
  for (const [i, { loss }] of points.entries()) {
    const distance = (x[i] as number) - middle
    covariance += distance * (loss - height)
    variance += distance ** 2
    spread += (loss - height) ** 2
  }
  const slope = covariance / variance
  const rest = Math.max(0, spread - slope * covariance)
  return { slope, middle, height, deviation: Math.sqrt(rest / Math.max(1, points.length - 2)) }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
