// The three networks in the report's order, and the training of each.

import { join } from 'node:path'
import { type FaceDataset, recipes, type Trainer } from '@facecls/torch'
import type { Options } from './options.js'

export interface Network {
  /** As `recipes` calls it. */
  name: 'resnet50' | 'mobilenetV2' | 'inceptionResnetV1'
  /** In names of files and folders. */
  slug: string
  displayName: string
  /** The published weights that the report names. */
  published: string
  /** The least image size of a scaled training: the multiple of 32 with which the network works. */
  leastSize: number
}

export const networks: readonly Network[] = [
  { name: 'resnet50', slug: 'resnet50', displayName: 'ResNet-50', published: 'imagenet', leastSize: 32 },
  {
    name: 'mobilenetV2',
    slug: 'mobilenet-v2',
    displayName: 'MobileNetV2',
    published: 'imagenet',
    leastSize: 32,
  },
  {
    name: 'inceptionResnetV1',
    slug: 'inception-resnet-v1',
    displayName: 'InceptionResnetV1',
    published: 'vggface2',
    leastSize: 96,
  },
]

const sizeStep = 32

/** The report's training of a network as the options shrink it. The same seed gives all networks the same split. */
export function trainerOf(
  { name, leastSize }: Network,
  faces: FaceDataset,
  weights: string | null,
  options: Pick<Options, 'seed' | 'scale' | 'batchSize' | 'cache' | 'device' | 'precision'>,
): Trainer {
  const { seed, scale, batchSize, cache, device, precision } = options
  const recipe: Trainer = recipes[name](faces, { seed, weights })
  return scaled(recipe, scale, leastSize)
    .batchSize(batchSize)
    .cache(cache)
    .device(device)
    .precision(precision)
}

/** Multiplies epochs, those of each stage of freezing and the image size. */
export function scaled(trainer: Trainer, scale: number, leastSize: number): Trainer {
  if (scale === 1) return trainer
  const { epochs, freeze, imageSize } = trainer.settings
  const size = sizeStep * Math.round((scale * (imageSize as number)) / sizeStep)
  const stages = freeze.map((stage) =>
    'policy' in stage ? stage.policy.forEpochs(scaledCount(stage.epochs, scale)) : stage,
  )
  return trainer
    .epochs(scaledCount(epochs, scale))
    .imageSize(Math.max(leastSize, size))
    .freeze(...stages)
}

export function scaledCount(count: number, scale: number, least = 1): number {
  return Math.max(least, Math.round(scale * count))
}

/** The folder of a network's run in the folder of a comparison. */
export function runFolder(output: string, { slug }: Network): string {
  return join(output, slug)
}

/** The best model that a run leaves there. */
export function bestModel(output: string, network: Network): string {
  return join(runFolder(output, network), 'best.safetensors')
}

export function submissionFile(output: string, { slug }: Network): string {
  return join(output, `submission-${slug}.csv`)
}
