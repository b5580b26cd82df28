// What of the public names only shows when the code runs; api-types.ts has what the type checker shows.

import { expect, it } from 'vitest'
import {
  Augmentation,
  adam,
  adamW,
  arcFace,
  constant,
  cosFace,
  cosine,
  crossEntropy,
  FaceClassifier,
  FaceDataset,
  freeze,
  linearWarmUp,
  Predictor,
  reduceLROnPlateau,
  sequence,
  sgd,
  stepDecay,
} from '../../lib/index.js'
import { Trainer } from '../../lib/training/index.js'
import { Run } from '../../lib/training/run.js'

it('has no public object that await would call', () => {
  const classifier = FaceClassifier.inceptionResnetV1({ classes: ['anna', 'ben'] })
  const values = [
    Augmentation.none(),
    adam(),
    crossEntropy(),
    cosine(),
    constant(),
    freeze.trunk(),
    classifier,
  ]
  const prototypes = [Predictor, FaceDataset, Trainer, Run].map(({ prototype }) => prototype)
  for (const value of [...values, ...prototypes]) expect('then' in value).toBe(false)
})

it('freezes the values that settings are made of', () => {
  const schedules = [cosine(), constant(), reduceLROnPlateau(), stepDecay({ every: 2 })]
  const warmed = sequence(linearWarmUp({ epochs: 1 }), cosine())
  for (const value of [adam(), adamW(), sgd(), crossEntropy(), arcFace(), cosFace(), warmed, ...schedules]) {
    expect(Object.isFrozen(value)).toBe(true)
  }
})
