// Trainings of the same faces by several recipes and seeds: test accuracy of the best epoch, as it is and with flip at test time.
//   npm run -s bench -- recipes --faces DIR [--variants report,linear] [--seeds 3] [--epochs 40] [--size 112] [--batch-size 16]
// A line of JSON a training on standard output, a table on standard error.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { FaceDataset, Predictor, type Trainer } from '../../lib/index.js'
import { variants } from './variants.js'

const { values } = parseArgs({
  options: {
    faces: { type: 'string' },
    variants: { type: 'string', default: Object.keys(variants).join() },
    seeds: { type: 'string', default: '3' },
    'first-seed': { type: 'string', default: '0' },
    epochs: { type: 'string', default: '40' },
    size: { type: 'string', default: '112' },
    'batch-size': { type: 'string', default: '16' },
    weights: { type: 'string' },
    /** Share of the identities, the first or the last of them, such as '0:0.5' to learn a start from half of them. */
    identities: { type: 'string', default: '0:1' },
    /** Keeps the best model of the last training. */
    keep: { type: 'string' },
  },
})
if (values.faces === undefined) throw new Error('Expected --faces DIR, one folder an identity')
const [seeds, firstSeed, epochs, size, batchSize] = [
  values.seeds,
  values['first-seed'],
  values.epochs,
  values.size,
  values['batch-size'],
].map(Number) as [number, number, number, number, number]

/** Which photographs test is the same for all seeds. */
const TEST_SEED = 2 ** 20

const [from, to] = values.identities.split(':').map(Number) as [number, number]
const all = await FaceDataset.fromFolder(values.faces)
const count = all.classes.length
const wanted = all.classes.slice(Math.round(from * count), Math.round(to * count))
const chosen = [...all].filter(({ label }) => wanted.includes(all.classes[label] as string))
const faces = await FaceDataset.fromList(
  chosen.map(({ file, label }) => ({ file, label: all.classes[label] as string })),
)
const { rest, test } = faces.split({ rest: 0.8, test: 0.2 }, { seed: TEST_SEED })

interface Measured {
  variant: string
  seed: number
  val: number
  test: number
  testFlipped: number
  seconds: number
}

async function trained(variant: string, seed: number): Promise<Measured> {
  const recipe = variants[variant]
  if (recipe === undefined) throw new Error(`Unknown variant ${variant}`)
  const data = rest.split({ train: 0.8, val: 0.2 }, { seed, method: 'random' })
  const trainer = recipe(data, { seed, epochs, weights: values.weights ?? null }) as Trainer
  const output = mkdtempSync(join(tmpdir(), 'facecls-recipes-'))
  try {
    const began = performance.now()
    const run = trainer
      .epochs(epochs)
      .imageSize(size)
      .batchSize(batchSize)
      .seed(seed)
      .start({ output: values.keep ?? output, overwrite: true })
    const { best, history, bestEpoch } = await run.finished
    const seconds = (performance.now() - began) / 1000
    const val = history.find(({ epoch }) => epoch === bestEpoch)?.valTop1 ?? Number.NaN
    return {
      variant,
      seed,
      val,
      test: await accuracy(best, false),
      testFlipped: await accuracy(best, true),
      seconds,
    }
  } finally {
    rmSync(output, { recursive: true })
  }
}

async function accuracy(model: string, flip: boolean): Promise<number> {
  const predictor = await Predictor.open(model, { flip })
  try {
    return (await predictor.evaluate(test)).top1
  } finally {
    await predictor.close()
  }
}

const rows: Measured[] = []
for (const variant of values.variants.split(',')) {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const row = await trained(variant, seed)
    rows.push(row)
    process.stdout.write(`${JSON.stringify(row)}\n`)
  }
  const own = rows.filter((row) => row.variant === variant)
  const column = (of: (row: Measured) => number) => own.map((row) => (100 * of(row)).toFixed(1)).join(' ')
  process.stderr.write(
    `${variant.padEnd(28)} test ${column((row) => row.test)} | flipped ${column((row) => row.testFlipped)} | val ${column((row) => row.val)}\n`,
  )
}
