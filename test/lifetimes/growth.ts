// Whether what a process holds grows with what it opens and closes.

/** What a process held at a moment, see memory.mjs. */
export interface Sample {
  /** How many were opened and closed before. */
  readonly at: number
  /** Bytes of memory. */
  readonly rss: number
  /** Bytes of JavaScript objects and of what they hold. */
  readonly heap: number
  readonly descriptors: number
  /** What they stand for. */
  readonly open: readonly string[]
  readonly threads: number
}

export interface Growth {
  /** Bytes of memory that one more takes, by the line through the samples after the warm-up. */
  readonly rssPerLife: number
  readonly heapPerLife: number
  /** Bytes of memory from the warm-up to the end. */
  readonly rss: number
  /** What grew more than it may. */
  readonly findings: readonly string[]
}

/** The share of samples in which caches fill and the allocator finds its size. */
const WARM_UP = 1 / 3
/** Bytes that a life may leave behind; a model that is not freed leaves 9 MB, a photograph of this size 12 kB. */
const HEAP_PER_LIFE = 4096
/** Bytes; the allocator keeps and returns pages as it likes. */
const RSS_NOISE = 48e6

/** Fewer than this after the warm-up tell nothing: what the first few of each kind take is kept for the next. */
const FEWEST_LIVES = 100

export function growthOf(samples: readonly Sample[]): Growth {
  const steady = samples.slice(Math.floor(samples.length * WARM_UP))
  const half = Math.ceil(steady.length / 2)
  const [early, late] = [steady.slice(0, half), steady.slice(-half)]
  const rssPerLife = slope(steady, ({ rss }) => rss)
  const heapPerLife = slope(steady, ({ heap }) => heap)
  const [first, last] = [steady[0], steady.at(-1)]
  const lives = first && last ? last.at - first.at : 0
  const rss = rssPerLife * lives
  const findings: string[] = []
  if (lives < FEWEST_LIVES) return { rssPerLife, heapPerLife, rss, findings }
  if (rss > RSS_NOISE) findings.push(`memory grew by ${kilobytes(rssPerLife)} a life`)
  if (heapPerLife > HEAP_PER_LIFE && heapPerLife * lives > 1e6)
    findings.push(`JavaScript's memory grew by ${kilobytes(heapPerLife)} a life`)
  for (const name of ['descriptors', 'threads'] as const) {
    const most = Math.max(...early.map((sample) => sample[name]))
    const least = Math.min(...late.map((sample) => sample[name]))
    const held = name === 'descriptors' && last ? `: ${counted(last.open)}` : ''
    if (least > most) findings.push(`${name} grew from ${most} to ${least}${held}`)
  }
  return { rssPerLife, heapPerLife, rss, findings }
}

/** Of the line with the least squares; 0 where there is none. */
function slope(samples: readonly Sample[], read: (sample: Sample) => number): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const at = mean(samples.map((sample) => sample.at))
  const value = mean(samples.map(read))
  let covariance = 0
  let variance = 0
  for (const sample of samples) {
    covariance += (sample.at - at) * (read(sample) - value)
    variance += (sample.at - at) ** 2
  }
  return variance === 0 ? 0 : covariance / variance
}

/** '3 x /tmp/bundle.safetensors, ...', numbers left out. */
function counted(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names.map((one) => one.replace(/\d+/g, 'N')))
    counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${count} x ${name}`).join(', ')
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
