// Measures of many photographs, which are streamed through a model in batches of their own.

import * as check from '../check.js'
import { FaceDataset, readGroups } from '../data/index.js'
import { quoted } from '../files/index.js'
import { type EvaluateResult, nativeCall } from '../native/index.js'
import { Measures } from './evaluation/measures.js'
import type { EvaluationSettings } from './evaluation/options.js'
import { EvaluationReport } from './evaluation/report.js'
import { resultsOf } from './evaluation/results.js'
import type { QueuedNetwork } from './photograph-queue.js'
import { type PhotographBatch, PhotographStream } from './photograph-stream.js'
import type { MeasureOptions } from './predictor-options.js'

/** Photographs a batch: more gain little speed, and two batches of decoded pixels are in memory at once. */
const BATCH_SIZE = 32
const PLAIN_LOSS = { kind: 'cross_entropy', labelSmoothing: 0, classWeights: null } as const

/** A network with its identities by label. */
export interface NamedNetwork extends QueuedNetwork {
  /** Of the bundle that it was opened from, as `modelDigest` gives it. */
  readonly digest: string
  readonly classes: readonly string[]
}

export interface StreamedOptions {
  /** Pixels a side that each photograph is resized to, none twice. */
  readonly sizes: readonly [number, ...number[]]
  /** What is done, as a person would say it. */
  readonly task: string
  readonly watch: MeasureOptions
  /** Throws what ends the work between two batches. */
  readonly proceed: () => void
  readonly unreadable?: 'few' | 'any'
}

export function streamed(
  files: readonly string[],
  { sizes, task, watch, proceed, unreadable }: StreamedOptions,
): PhotographStream {
  const { signal, onProgress } = watch
  check.signal('signal', signal)
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(check.expected('a function', 'onProgress', onProgress))
  }
  return new PhotographStream(files, {
    sizes,
    batchSize: BATCH_SIZE,
    ...(unreadable && { unreadable }),
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

/** What is measured on the photographs of a batch, whose labels are the network's. */
export type Judge = (batch: PhotographBatch, labels: Int32Array) => Promise<EvaluateResult>

export function measured(
  { classes, flip, model }: NamedNetwork,
  given: { dataset: FaceDataset; stream: PhotographStream },
  settings: EvaluationSettings,
): Promise<EvaluationReport> {
  return reported({ ...given, classes }, settings, ({ pixels, indices }, own) => {
    const batch = { kind: 'pack', pack: pixels, indices, samples: null } as const
    return nativeCall(model.evaluate({ batch, labels: own, loss: PLAIN_LOSS, flip }))
  })
}

export async function reported(
  {
    dataset,
    stream,
    classes,
  }: { dataset: FaceDataset; stream: PhotographStream; classes: readonly string[] },
  { groups, watch: _, ...limits }: EvaluationSettings,
  judge: Judge,
): Promise<EvaluationReport> {
  const files = filesOf(dataset)
  const labels = labelsOf(dataset, classes)
  const grouped = files.map((file, place) => ({ file, identity: classes[labels[place] as number] as string }))
  const groupings = groups === null ? [] : await readGroups(groups, grouped)
  const measures = new Measures(files)
  for await (const batch of stream) {
    const own = Int32Array.from(batch.places, (place) => labels[place] as number)
    measures.add(batch.places, own, await judge(batch, own))
  }
  return new EvaluationReport(resultsOf({ measures, classes, groupings, skipped: stream.skipped, limits }))
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
