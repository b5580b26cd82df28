// Ways to train a face classifier, from the report's to `recipes.best`, and what lies between: each adds to the one that its
// name begins with. All are given the same photographs, start, epochs, image size and batch size.

import {
  Augmentation,
  adam,
  arcFace,
  cosFace,
  cosine,
  crossEntropy,
  FaceClassifier,
  freeze,
  linearWarmUp,
  recipes,
  sequence,
  type Trainer,
  type TrainingData,
} from '../../lib/index.js'

export interface VariantOptions {
  readonly seed: number
  readonly epochs: number
  /** A bundle, or null: random weights. */
  readonly weights: string | null
}

type Inception = Trainer<'inceptionResnetV1'>
type Variant = (data: TrainingData, options: VariantOptions) => Inception

const crops = Augmentation.none()
  .horizontalFlip()
  .rotation(10)
  .brightness(0.2)
  .contrast(0.2)
  .randomResizedCrop({ scale: [0.6, 1] })

const warmUp = (epochs: number) =>
  sequence(linearWarmUp({ epochs: Math.max(1, Math.round(epochs / 20)) }), cosine())

const network = (data: TrainingData, { weights }: VariantOptions) => {
  const started = FaceClassifier.inceptionResnetV1({ classes: data.train })
  return weights === null ? started : started.pretrained(weights)
}

const linear: Variant = (data, options) =>
  network(data, options)
    .linearHead({ dropout: 0.4 })
    .trainer(data)
    .augment(crops)
    .optimizer(adam({ learningRate: 1e-3, weightDecay: 1e-4 }))
    .loss(crossEntropy({ labelSmoothing: 0.1 }))
    .schedule(warmUp(options.epochs))

const cosines: Variant = (data, options) =>
  network(data, options)
    .cosineHead({ dropout: 0.4 })
    .trainer(data)
    .augment(crops)
    .optimizer(adam({ learningRate: 1e-3, weightDecay: 1e-4 }))
    .schedule(warmUp(options.epochs))

const staged = (trainer: Inception) => trainer.freeze(freeze.trunk().forEpochs(3), freeze.nothing())
const slowTrunk = (trainer: Inception) => trainer.layerRates({ trunk: 0.1 })

export const variants: Readonly<Record<string, Variant>> = {
  report: (data, { seed, weights }) => recipes.inceptionResnetV1(data, { seed, weights }),
  best: (data, { seed, weights }) => recipes.best(data, { seed, weights }),
  linear,
  'linear+ema': (data, options) => linear(data, options).averageWeights(0.99),
  'linear+erasing': (data, options) => linear(data, options).augment(crops.randomErasing()),
  'linear+mixup': (data, options) => linear(data, options).augment(crops.mixup()),
  'linear+cutmix': (data, options) => linear(data, options).augment(crops.cutmix({ probability: 0.5 })),
  cosine: (data, options) => cosines(data, options).loss(crossEntropy({ labelSmoothing: 0.1 })),
  'cosine+cosface': (data, options) => cosines(data, options).loss(cosFace({ margin: 0.2 })),
  'cosine+arcface': (data, options) => cosines(data, options).loss(arcFace({ margin: 0.3 })),
  'linear+staged': (data, options) => staged(linear(data, options)),
  'linear+slow': (data, options) => slowTrunk(linear(data, options)),
  'linear+staged+slow': (data, options) => slowTrunk(staged(linear(data, options))),
  'cosine+cosface+staged+slow': (data, options) =>
    slowTrunk(staged(cosines(data, options))).loss(cosFace({ margin: 0.2 })),
}
