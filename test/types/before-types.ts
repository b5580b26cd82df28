// What compiles and what does not of the tools before a training: read by the type checker alone, never run.

import { expectTypeOf } from 'vitest'
import {
  type DryRun,
  FaceClassifier,
  type FreezePolicy,
  freeze,
  type LearningRateTest,
  type RunEvent,
  type SweepResult,
  sweep,
  type Trainer,
  type TrainingData,
  type TrainingEstimate,
} from '../../lib/index.js'

/** Compiled and never called. */
export async function beforeATraining(trainer: Trainer, data: TrainingData): Promise<void> {
  expectTypeOf(trainer.dryRun()).resolves.toEqualTypeOf<DryRun>()
  expectTypeOf(trainer.estimate()).resolves.toEqualTypeOf<TrainingEstimate>()
  expectTypeOf(trainer.findLearningRate({ from: 1e-5 })).resolves.toEqualTypeOf<LearningRateTest>()
  // @ts-expect-error A dry run writes nowhere.
  trainer.dryRun({ output: 'a' })
  // @ts-expect-error
  trainer.findLearningRate({ minimum: 1e-5 })

  const result = await sweep({
    over: {
      learningRate: [1e-4, 1e-3],
      head: ['small', 'large'],
      frozen: { trunk: freeze.trunk(), most: freeze.allButLast(15) },
    },
    train: (choice) => {
      expectTypeOf(choice.learningRate).toEqualTypeOf<0.0001 | 0.001>()
      expectTypeOf(choice.head).toEqualTypeOf<'small' | 'large'>()
      expectTypeOf(choice.frozen).toEqualTypeOf<FreezePolicy<never>>()
      // @ts-expect-error Nothing is tried of this.
      choice.dropout
      return FaceClassifier.mobilenetV2({ classes: data.train }).trainer(data).freeze(choice.frozen)
    },
    output: 'a',
    onEvent: (event) => {
      if (event.type === 'run') expectTypeOf(event.event).toEqualTypeOf<RunEvent>()
      if (event.type === 'result') expectTypeOf(event.row.settings.frozen).toEqualTypeOf<'trunk' | 'most'>()
    },
  })
  expectTypeOf(result.rows[0]?.settings.learningRate).toEqualTypeOf<0.0001 | 0.001 | undefined>()
  expectTypeOf(result.reason).toEqualTypeOf<SweepResult['reason']>()
  // @ts-expect-error It must make a trainer.
  sweep({ over: { a: [1] }, train: () => data, output: 'a' })
  // @ts-expect-error A list holds numbers, texts and truths alone.
  sweep({ over: { a: [{}] }, train: () => trainer, output: 'a' })
}
