// The options as calls of the library: one training from a split data set, a start and a recipe.

import {
  Augmentation,
  adam,
  cosine,
  crossEntropy,
  FaceClassifier,
  type FaceDataset,
  freeze,
  type Run,
  reduceLROnPlateau,
} from '@facecls/torch'

/** Everything a training is made of; nothing is left to a default here. */
export interface Recipe {
  weights: string | null // a name of published weights or a file to start from
  freeze: 'report' | 'none'
  head: 'report' | 'linear'
  schedule: 'plateau' | 'cosine'
  epochs: number
  batchSize: number
  size: number // pixels
  cropScale: number
  cache: 'disk' | 'memory' | 'none' // of decoded photographs
  learningRate: number
  device: 'auto' | 'cpu' | 'cuda'
  precision: 'auto' | 'float32' | 'bfloat16'
  seed: number
}

/** Starts the training into the folder `output`. */
export async function startTraining(
  { train, val }: { train: FaceDataset; val: FaceDataset },
  recipe: Recipe,
  { output, signal }: { output: string; signal: AbortSignal },
): Promise<Run> {
  const network = FaceClassifier.inceptionResnetV1({ classes: train.classes })
  const started = recipe.weights === null ? network : network.pretrained(recipe.weights)
  const classifier =
    recipe.head === 'report'
      ? started.head({ hidden: [1024, 512], activation: 'leaky_relu', dropout: 0.5 })
      : started.linearHead({ dropout: 0.4 })
  const augmentation = Augmentation.none()
    .horizontalFlip()
    .rotation(10)
    .brightness(0.2)
    .contrast(0.2)
    .randomResizedCrop({ scale: [recipe.cropScale, 1] })
  const schedule =
    recipe.schedule === 'plateau'
      ? reduceLROnPlateau({ monitor: 'valLoss', patience: 2, factor: 0.5, minLearningRate: 1e-6 })
      : cosine()
  const trainer = classifier
    .trainer({ train, val })
    .augment(augmentation)
    .optimizer(adam({ learningRate: recipe.learningRate, weightDecay: 1e-4 }))
    .loss(crossEntropy({ labelSmoothing: 0.1 }))
    .schedule(schedule)
    .epochs(recipe.epochs)
    .batchSize(recipe.batchSize)
    .imageSize(recipe.size)
    .cache(recipe.cache)
    .device(recipe.device)
    .precision(recipe.precision)
    .seed(recipe.seed)
  const staged =
    recipe.freeze === 'report' ? trainer.freeze(freeze.trunk().forEpochs(3), freeze.allButLast(15)) : trainer
  return staged.start({ output, signal })
}
