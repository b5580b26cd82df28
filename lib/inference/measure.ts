// Measures and predictions of many photographs, which are streamed through a model in batches of their own.

import * as check from '../check.js'
import { FaceDataset, readGroups } from '../data/index.js'
import { quoted } from '../files/index.js'
import { nativeCall } from '../native/index.js'
import { Measures } from './evaluation/measures.js'
import type { EvaluationSettings } from './evaluation/options.js'
import { EvaluationReport } from './evaluation/report.js'
import { resultsOf } from './evaluation/results.js'
import type { QueuedNetwork } from './photograph-queue.js'
import { PhotographStream } from './photograph-stream.js'
import type { MeasureOptions } from './predictor-options.js'
import { type Candidate, rank } from './ranking.js'
import type { Prediction } from './submission.js'

/** Photographs a batch: more gain little speed, and two batches of decoded pixels are in memory at once. */
const BATCH_SIZE = 32
const PLAIN_LOSS = { kind: 'cross_entropy', labelSmoothing: 0, classWeights: null } as const

/** A network with its identities by label. */
export interface NamedNetwork extends QueuedNetwork {
  readonly classes: readonly string[]
}

/** @param proceed Throws what ends the work between two batches. */
export function streamed(
  files: readonly string[],
  { imageSize }: NamedNetwork,
  { task, watch, proceed }: { task: string; watch: MeasureOptions; proceed: () => void },
): PhotographStream {
  const { signal, onProgress } = watch
  check.signal('signal', signal)
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(check.expected('a function', 'onProgress', onProgress))
  }
  return new PhotographStream(files, {
    size: imageSize,
    batchSize: BATCH_SIZE,
    onBatch: (done, total) => {
      onProgress?.({ task, done, total })
      if (done < total) proceed()
    },
  })
}

export function checkDataset(name: string, dataset: unknown): FaceDataset {
  if (!(dataset instanceof FaceDataset)) throw new TypeError(check.expected('a FaceDataset', name, dataset))
  if (dataset.length === 0)
    throw new RangeError(`Expected at least one photograph for ${name} but received none`)
  return dataset
}

export function filesOf(dataset: FaceDataset): string[] {
  return dataset.samples.map(({ file }) => file)
}

export async function measured(
  network: NamedNetwork,
  { dataset, stream }: { dataset: FaceDataset; stream: PhotographStream },
  { groups, watch: _, ...limits }: EvaluationSettings,
): Promise<EvaluationReport> {
  const { classes, flip, model } = network
  const files = filesOf(dataset)
  const labels = labelsOf(dataset, classes)
  const grouped = files.map((file, place) => ({ file, identity: classes[labels[place] as number] as string }))
  const groupings = groups === null ? [] : await readGroups(groups, grouped)
  const measures = new Measures(files)
  for await (const { pixels, indices, places } of stream) {
    const batch = { kind: 'pack', pack: pixels, indices, samples: null } as const
    const own = Int32Array.from(places, (place) => labels[place] as number)
    measures.add(
      places,
      own,
      await nativeCall(model.evaluate({ batch, labels: own, loss: PLAIN_LOSS, flip })),
    )
  }
  return new EvaluationReport(resultsOf({ measures, classes, groupings, skipped: stream.skipped, limits }))
}

/** The most probable identity on each file, then those that cannot be read. */
export async function* predictions(
  { model, classes, flip }: NamedNetwork,
  files: readonly string[],
  stream: PhotographStream,
): AsyncGenerator<Prediction> {
  for await (const { places, ...records } of stream) {
    const ranked = await rank(model, records, classes, { top: 1, flip })
    for (const [row, place] of places.entries()) {
      yield { file: files[place] as string, identity: (ranked[row] as Candidate[])[0]?.identity as string }
    }
  }
  for (const { file } of stream.skipped) yield { file, identity: null }
}

/** The labels of a dataset as a model counts them. */
export function labelsOf(dataset: FaceDataset, classes: readonly string[]): Int32Array {
  const own = new Map(classes.map((name, label) => [name, label]))
  return dataset.labels().map((label) => {
    const name = dataset.classes[label]
    const known = name === undefined ? undefined : own.get(name)
    if (known !== undefined) return known
    const what = name === undefined ? 'photographs without labels' : quoted(name)
    throw new RangeError(`Expected identities that the model knows for dataset.classes but received ${what}`)
  })
}
