// A submission at the size of the report's test set: many photographs, named in bounded memory, whose course is printed.
//   npm run -s bench -- submission --photographs 35000 --size 64 --identities 7000 [--models 2] [--template]
// JSON on standard output, progress on standard error. The weights are random: nothing depends on what they say.

import { link, mkdir, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cacheFolder, ensureFolder } from '../../lib/files/index.js'
import { Ensemble, FaceDataset, Predictor, type Progress } from '../../lib/index.js'
import { drawPhotographs } from '../data/draw.js'
import { anonymousMb, rounded, watched } from '../data/watch.js'
import { saveRandomModel } from './random-model.js'

const { values } = parseArgs({
  options: {
    photographs: { type: 'string', default: '35000' },
    identities: { type: 'string', default: '7000' },
    size: { type: 'string', default: '64' },
    /** The second and later ones see photographs half as large again as the one before. */
    models: { type: 'string', default: '1' },
    /** Whether a template in another order asks for them, and for some that are missing. */
    template: { type: 'boolean', default: false },
    folder: { type: 'string', default: join(cacheFolder(), 'bench') },
  },
})
const [photographs, identities, size, models] = [
  values.photographs,
  values.identities,
  values.size,
  values.models,
].map(Number) as [number, number, number, number]
/** Different photographs; the others are links to these, so that drawing takes little time and room. */
const DIFFERENT = 500
/** Looks at the memory. */
const LOOKS = 14

const folder = join(values.folder, 'submission')

/** A flat folder of links, '00000.jpg' on. */
async function linkedPhotographs(): Promise<string> {
  const drawn = await drawPhotographs(values.folder, { photographs: DIFFERENT, identities: 50 }, () => {})
  const files = (await FaceDataset.fromFolder(drawn)).samples.map(({ file }) => file)
  const test = join(folder, 'test')
  await mkdir(test, { recursive: true })
  for (let place = 0; place < photographs; place++)
    await link(files[place % files.length] as string, join(test, `${String(place).padStart(5, '0')}.jpg`))
  return test
}

/** Every id once, in an order of its own, and one in a hundred for which there is no photograph. */
async function writtenTemplate(): Promise<string> {
  const stride = 7919 // a prime, so that it meets every place
  const ids = Array.from({ length: photographs }, (_, place) => (place * stride) % photographs)
  const rows = ids.map((id) => `${id % 100 === 99 ? 'none-' : ''}${String(id).padStart(5, '0')},Public,?\n`)
  const template = join(folder, 'sample_submission.csv')
  await writeFile(template, `id,Usage,label\n${rows.join('')}`)
  return template
}

async function openedModels(): Promise<Predictor[]> {
  const opened: Predictor[] = []
  for (let model = 0; model < models; model++) {
    const bundle = join(folder, `${model}.safetensors`)
    const inputSize = Math.round((size * 1.5 ** model) / 16) * 16
    await saveRandomModel(bundle, { identities, inputSize, seed: model })
    opened.push(await Predictor.open(bundle))
  }
  return opened
}

await rm(folder, { recursive: true, force: true })
await ensureFolder(folder)
const test = await linkedPhotographs()
const template = values.template ? await writtenTemplate() : undefined
const opened = await openedModels()
const course: { photographs: number; anonymousMb: number; rssMb: number }[] = []

function look({ task, done, total }: Progress): void {
  if (done < (course.length * total) / LOOKS && done < total) return
  const rssMb = rounded(process.memoryUsage.rss() / 2 ** 20)
  course.push({ photographs: done, anonymousMb: rounded(anonymousMb()), rssMb })
  process.stderr.write(`${task} ${done} of ${total}: ${rssMb} MB\n`)
}

const { result, took } = await watched(() =>
  Ensemble.of(opened).writeSubmission(test, {
    ...{ output: join(folder, 'submission.csv'), onProgress: look, top: 5, probabilityColumn: 'probability' },
    ...(template !== undefined && { template }),
  }),
)
const { rows, predicted, missing, extra, skipped } = result
const counts = { rows, predicted, missing: missing.count, extra: extra.count, skipped: skipped.length }
console.log(
  JSON.stringify(
    {
      ...{ photographs, identities, imageSizes: opened.map(({ imageSize }) => imageSize) },
      processor: cpus()[0]?.model.trim(),
      cores: availableParallelism(),
      threads: process.env.OMP_NUM_THREADS ?? 'all cores',
      ...{ ...counts, ...took, imagesPerSecond: rounded(predicted / took.seconds), course },
    },
    null,
    2,
  ),
)
for (const one of opened) await one.close()
await rm(folder, { recursive: true })
