// What the documents leave to their reader: names that a code block uses and does not say, with values that are small enough
// to compute in seconds. Imported by the blocks, in a process of its own whose working directory is a new empty folder.

import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { FaceClassifier, FaceDataset, Predictor, type Run } from '@facecls/torch'
import { drawPopulation } from '../../examples/shared/drawn-faces/population.js'

const fixtures = join(import.meta.dirname, '../fixtures')

/** What a reader has at hand: each document begins in a copy of it. */
export const folder = resolve('reader')

const never = new AbortController().signal
const drawn = await drawPopulation(
  folder,
  { seed: 1, first: 1, identities: 5, labelled: 8, test: 2 },
  { signal: never, onDrawn: () => {} },
)
await mkdir(join(folder, 'faces'))
await rename(drawn.labelled, join(folder, 'faces/train'))
await rename(drawn.test, join(folder, 'faces/test'))
const others = await drawPopulation(
  resolve('strangers'),
  { seed: 1, first: 101, identities: 3, labelled: 4, test: 0 },
  { signal: never, onDrawn: () => {} },
)

export const faces = await FaceDataset.fromFolder(join(folder, 'faces/train'))
export const { train, val } = faces.split({ train: 0.75, val: 0.25 }, { seed: 1 })
export const test = val
export const strangers = await FaceDataset.fromFolder(others.labelled)

const shown = faces.samples.map(({ file, label }) => ({
  file: relative(folder, file),
  identity: faces.classes[label],
}))
await writeFile(
  join(folder, 'train.csv'),
  ['file,identity', ...shown.map(({ file, identity }) => `${file},${identity}`)].join('\n'),
)
await writeFile(
  join(folder, 'people.csv'),
  ['name,gender,age', ...faces.classes.map((name, i) => `${name},${i % 2 ? 'man' : 'woman'},${i % 3}`)].join(
    '\n',
  ),
)
const first = val.samples[0]?.file ?? ''
await copyFile(first, join(folder, 'photograph.jpg'))
await copyFile(first, join(folder, 'passport.jpg'))
await copyFile(join(fixtures, 'weight-files/good/zip_state_dict.pt'), join(folder, 'checkpoint.pt'))

/** The best bundle of a run of one epoch. */
async function bestOf(run: Run): Promise<string> {
  return (await run.finished).best
}

export const classifier = FaceClassifier.mobilenetV2({ classes: faces })
const small = classifier.trainer({ train, val }).imageSize(64).batchSize(8).epochs(1)
export const best = await bestOf(small.start({ output: resolve('best') }))
export const trainer = classifier
  .pretrained(best)
  .trainer({ train, val })
  .imageSize(64)
  .batchSize(8)
  .epochs(1)

// Published weights are a download: this file has their layout, and knows nothing.
const inception = FaceClassifier.inceptionResnetV1({ classes: faces }).trainer({ train, val })
const start = inception
  .imageSize(80)
  .batchSize(8)
  .epochs(1)
  .start({ output: resolve('start') })
await copyFile(await bestOf(start), join(folder, 'vggface2.safetensors'))

export const predictor = await Predictor.open(best)
export const photo = await readFile(first)
export const camera = await readFile(val.samples[1]?.file ?? '')
export const signal: AbortSignal = never

/** How a reader would call what a block exports. */
export const calls: Readonly<Record<string, (exported: never) => Promise<unknown>>> = {
  whoIs: (whoIs: (photograph: Buffer, signal: AbortSignal) => Promise<unknown>) => whoIs(photo, signal),
}
