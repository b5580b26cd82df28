// What a network knows before its first step: nothing, or what a bundle brings.

import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import {
  architectures,
  type Bundle,
  type BundleMetadata,
  checkImageSize,
  matchState,
  mismatchOf,
  readBundle,
  sameLayers,
} from '../model/index.js'
import type { NormalisationSpec, StateTensor } from '../native/index.js'
import type { Job } from './job.js'

export interface Start {
  /** Pixels a side. */
  readonly imageSize: number
  readonly normalisation: NormalisationSpec
  readonly tensors: readonly StateTensor[]
  readonly loaded: Loaded | null
}

/** What was taken from a bundle. */
export interface Loaded {
  readonly file: string
  readonly took: 'everything' | 'trunk'
  /** Tensors taken. */
  readonly tensors: number
  /** One line for a person. */
  readonly message: string
}

/** @throws TorchError FILE or WEIGHTS naming the bundle and why it cannot be started from. */
export async function readStart(job: Job): Promise<Start> {
  const { classifier, description, settings } = job
  const { inputSize, normalisation } = architectures[classifier.architecture]
  if (classifier.pretrained === null) {
    const imageSize = settings.imageSize ?? inputSize
    return { imageSize, normalisation, tensors: [], loaded: null }
  }
  const bundle = await readBundle(classifier.pretrained)
  const imageSize = settings.imageSize ?? bundle.metadata.inputSize
  checkImageSize(imageSize, classifier.architecture, description)
  return {
    imageSize,
    normalisation: bundle.metadata.normalisation,
    ...taken(job, classifier.pretrained, bundle),
  }
}

function taken(job: Job, file: string, { metadata, tensors }: Bundle): Pick<Start, 'tensors' | 'loaded'> {
  const [wanted, found] = [architectures[job.classifier.architecture], architectures[metadata.architecture]]
  if (found !== wanted)
    throw misfit(file, `it is a bundle of ${found.displayName}, not of ${wanted.displayName}`)
  const difference = differenceOf(job, metadata)
  const took = difference === null ? 'everything' : 'trunk'
  const match = matchState(tensors, job.description, difference === null ? 'all' : 'trunk')
  const mismatch = mismatchOf(difference === null ? match : { ...match, unexpected: [] }) // the head stays behind
  if (mismatch !== null) throw misfit(file, mismatch)
  const message =
    difference === null
      ? `All weights of ${quoted(file)} were taken.`
      : `The trunk of ${quoted(file)} was taken; the head starts from random weights, since the bundle ${difference}.`
  return { tensors: match.load, loaded: { file, took, tensors: match.load.length, message } }
}

/** Why the head of a bundle does not fit, or null. */
function differenceOf({ classifier, network }: Job, { head, classes }: BundleMetadata): string | null {
  if (!sameLayers(head, network.head)) return 'has another head'
  if (classes.length !== classifier.classes.length) return `knows ${classes.length} identities`
  return classes.every((name, label) => name === classifier.classes[label]) ? null : 'knows other identities'
}

function misfit(file: string, reason: string): TorchError {
  return new TorchError(
    'WEIGHTS',
    `Cannot start from ${quoted(file)}: ${reason}. Choose a bundle of this network.`,
  )
}
