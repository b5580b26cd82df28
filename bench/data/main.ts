// The flow of data at the report's size: photographs drawn once, listed, split, decoded into a pack, and one epoch of
// augmented batches; then the same streamed without a pack, and the event loop beside a training.
//   npm run -s bench -- data --photographs 140000 --identities 7000 --size 160
// JSON on standard output, progress on standard error. The folder keeps the drawn photographs (1 to 2 GB) and the pack.

import { readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { cacheSettings, openPhotographs, type PhotographSource } from '../../lib/data/index.js'
import { cacheFolder, ensureFolder } from '../../lib/files/index.js'
import { Augmentation, FaceClassifier, FaceDataset, freeze } from '../../lib/index.js'
import { architectures } from '../../lib/model/index.js'
import { native } from '../../lib/native/index.js'
import { epochBatches } from '../../lib/training/sampler.js'
import { drawPhotographs } from './draw.js'
import { anonymousMb, heapBytes, rounded, watched } from './watch.js'

const { values } = parseArgs({
  options: {
    photographs: { type: 'string', default: '140000' },
    identities: { type: 'string', default: '7000' },
    size: { type: 'string', default: '160' },
    'batch-size': { type: 'string', default: '64' },
    folder: { type: 'string', default: join(cacheFolder(), 'bench') },
  },
})
const [photographs, identities, size, batchSize] = [
  values.photographs,
  values.identities,
  values.size,
  values['batch-size'],
].map(Number) as [number, number, number, number]
const { folder } = values
/** Decoded bare, a share before and a share after the pack is built, so that a machine that slows down shows. */
const BARE = Math.min(16_000, photographs)
/** Photographs of an epoch between two looks at its memory. */
const LOOK = 10_000

let told = ''

/** On a terminal one line that changes; elsewhere a line each tenth. */
function tell(task: string, done = 0, total = 0): void {
  const percent = total > 0 ? (100 * done) / total : 0
  const shown = process.stderr.isTTY ? percent.toFixed(0) : String(10 * Math.floor(percent / 10))
  const line = total > 0 ? `${task} ${shown} %` : task
  if (line !== told) process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`)
  told = line
}

async function listed(root: string) {
  const before = heapBytes()
  const { result: faces, took } = await watched(() => FaceDataset.fromFolder(root))
  return { faces, report: { ...took, heapBytesAPhotograph: rounded((heapBytes() - before) / faces.length) } }
}

async function listedByTable(faces: FaceDataset, root: string) {
  const table = join(folder, 'photographs.csv')
  const rows = Array.from(faces, ({ file, label }) => `${relative(root, file)},${faces.classes[label]}`)
  await writeFile(table, `file,label\n${rows.join('\n')}\n`)
  rows.length = 0
  const before = heapBytes()
  const { result, took } = await watched(() => FaceDataset.fromCsv(table, { folder: root }))
  return { ...took, heapBytesAPhotograph: rounded((heapBytes() - before) / result.length) }
}

/** sharp alone, on all cores: a file's bytes to pixels at full size. */
async function bareDecode(faces: FaceDataset, first: number): Promise<number> {
  sharp.concurrency(1)
  let next = first
  const end = first + BARE / 2
  const lane = async () => {
    while (next < end)
      await sharp(await readFile(faces.at(next++ % faces.length).file))
        .raw()
        .toBuffer()
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: Math.max(8, 2 * availableParallelism()) }, lane))
  return BARE / 2 / ((performance.now() - began) / 1000)
}

/** One epoch of augmented float32 batches, made as a training step makes them. */
async function epoch(source: PhotographSource, task: string) {
  const order = epochBatches({
    labels: source.dataset.labels(),
    batchSize,
    sampling: 'uniform',
    seed: 1,
    epoch: 0,
    dropSingle: false,
  })
  const { normalisation } = architectures.inceptionResnetV1
  const spec = {
    augmentation: Augmentation.standard().spec,
    normalisation,
    seed: 1,
    epoch: 0,
    device: null,
    values: false,
  }
  let done = 0
  const anonymousMbEach10000: number[] = []
  const { took } = await watched(async () => {
    for await (const { batch } of source.batches(order.batches)) {
      const { count } = await native().makeBatch({ batch, ...spec })
      const before = done
      done += count
      if (Math.floor(done / LOOK) > Math.floor(before / LOOK))
        anonymousMbEach10000.push(rounded(anonymousMb()))
      tell(task, done, source.dataset.length)
    }
  })
  return {
    ...took,
    photographs: done,
    imagesPerSecond: rounded(done / took.seconds),
    anonymousMbEach10000,
  }
}

/** From the first step on: what comes before is measured by itself. */
async function training(faces: FaceDataset) {
  const { train, val } = faces.take(1280).split({ train: 0.8, val: 0.2 }, { method: 'random' })
  const output = join(folder, 'training')
  await rm(output, { recursive: true, force: true })
  const run = FaceClassifier.inceptionResnetV1({ classes: faces.classes })
    .trainer({ train, val })
    .augment(Augmentation.standard())
    .freeze(freeze.nothing())
    .cache('memory')
    .imageSize(size)
    .batchSize(32)
    .epochs(1)
    .start({ output })
  const steps = run.steps()
  await steps.next()
  const { took } = await watched(async () => {
    for await (const { step, steps: all } of steps) tell('Training', step, all)
    await run.finished
  })
  await rm(output, { recursive: true, force: true })
  return took
}

await ensureFolder(folder)
tell('Drawing photographs')
const root = await drawPhotographs(folder, { photographs, identities }, (done) => {
  tell('Drawing photographs', done, photographs)
})
tell('Listing')
const { faces, report: list } = await listed(root)
const table = await listedByTable(faces, root)
const { result: parts, took: split } = await watched(async () =>
  faces.split({ train: 0.8, val: 0.2 }, { seed: 42 }),
)
const cache = cacheSettings('disk', { folder: join(folder, 'packs'), limit: 1e12 })
await rm(join(folder, 'packs'), { recursive: true, force: true })
const options = { size, batchSize, held: 1, signal: undefined }
tell('Decoding by sharp alone')
const bareBefore = await bareDecode(faces, 0)
const packing = await watched(() =>
  openPhotographs([parts.train, parts.val], {
    ...{ ...options, cache },
    onProgress: ({ task, done, total }) => {
      if (done % 1000 === 0) tell(task, done, total)
    },
  }),
)
tell('Decoding by sharp alone')
const bareAfter = await bareDecode(faces, BARE / 2)
const bare = (bareBefore + bareAfter) / 2
packing.result.close()
const { result: opened, took: reopened } = await watched(() =>
  openPhotographs([faces], { ...options, cache }),
)
const augmented = await epoch(opened.sources[0] as PhotographSource, 'Augmented batches from the pack')
opened.close()
const stream = await openPhotographs([faces], { ...options, cache: cacheSettings('none', undefined) })
const streamed = await epoch(stream.sources[0] as PhotographSource, 'Augmented batches, decoded on the way')
const trained = await training(faces)
process.stderr.write('\n')
const packRate = faces.length / packing.took.seconds
console.log(
  JSON.stringify(
    {
      ...{ photographs: faces.length, identities: faces.classes.length, size, batchSize },
      processor: cpus()[0]?.model.trim(),
      cores: availableParallelism(),
      decodingThreads: Number(process.env.UV_THREADPOOL_SIZE ?? 4),
      list,
      listByTable: table,
      split,
      bareDecode: { imagesPerSecond: rounded(bare), before: rounded(bareBefore), after: rounded(bareAfter) },
      pack: { ...packing.took, imagesPerSecond: rounded(packRate), ofBareDecode: rounded(packRate / bare) },
      packFoundAgain: reopened,
      epochFromPack: { ...augmented, timesBareDecode: rounded(augmented.imagesPerSecond / bare) },
      epochStreamed: { ...streamed, ofBareDecode: rounded(streamed.imagesPerSecond / bare) },
      training: trained,
    },
    null,
    2,
  ),
)
