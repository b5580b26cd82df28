// What compiles and what does not of cosine heads, margins and flip: read by the type checker alone, never run.

import { expectTypeOf } from 'vitest'
import { arcFace, cosFace, FaceClassifier, type Loss, Predictor, type Trainer } from '../../lib/index.js'

export function margins(trainer: Trainer): void {
  const classifier = FaceClassifier.inceptionResnetV1({ classes: ['a', 'b'] })
  expectTypeOf(classifier.cosineHead({ scale: 64 })).toEqualTypeOf<FaceClassifier<'inceptionResnetV1'>>()
  expectTypeOf(arcFace({ margin: 0.3 })).toEqualTypeOf<Loss>()
  expectTypeOf(trainer.loss(cosFace({ classWeights: 'balanced' }))).toEqualTypeOf<Trainer>()
  // @ts-expect-error
  classifier.cosineHead({ hidden: [1024] })
  // @ts-expect-error
  arcFace({ scale: 30 })
  // @ts-expect-error
  cosFace(0.35)
  // @ts-expect-error
  trainer.loss(arcFace)
}

export async function flips(): Promise<void> {
  const predictor = await Predictor.open('a', { flip: true })
  expectTypeOf(predictor.flip).toEqualTypeOf<boolean>()
  // @ts-expect-error
  await Predictor.open('a', { flip: 'both' })
}
