// What recipes take and give: read by the type checker alone, never run.

import { expectTypeOf } from 'vitest'
import {
  type FaceDataset,
  freeze,
  type RecipeOptions,
  recipes,
  type Trainer,
  type TrainingData,
} from '../../lib/index.js'

export function recipesByName(faces: FaceDataset, parts: TrainingData): void {
  const trainer = recipes.inceptionResnetV1(faces, { seed: 42 })
  expectTypeOf(trainer).toEqualTypeOf<Trainer<'inceptionResnetV1'>>()
  expectTypeOf(trainer.epochs(2).data).toEqualTypeOf<TrainingData>()
  expectTypeOf(recipes.best(parts, { weights: null })).toEqualTypeOf<Trainer<'inceptionResnetV1'>>()
  expectTypeOf(recipes.mobilenetV2(parts)).toEqualTypeOf<Trainer<'mobilenetV2'>>()
  expectTypeOf(recipes.resnet50(parts, { weights: null })).toEqualTypeOf<Trainer<'resnet50'>>()
  recipes.resnet50(faces, { weights: 'imagenet-v2', validation: 0.1 })
  recipes.resnet50(faces, { weights: 'runs/resnet50/best.safetensors' })
  expectTypeOf<RecipeOptions['seed']>().toEqualTypeOf<number | undefined>()
  trainer.freeze(freeze.upTo('repeat_2'))
  // @ts-expect-error A group of another network.
  trainer.freeze(freeze.upTo('layer3'))
  // @ts-expect-error
  recipes.resnet50()
  // @ts-expect-error
  recipes.resnet50(faces, { epochs: 3 })
  // @ts-expect-error
  recipes.resnet50({ train: faces })
  // @ts-expect-error
  recipes.vgg16(faces)
  // @ts-expect-error
  trainer.data = parts
}
