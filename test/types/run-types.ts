// What runs and their resumption take and give: read by the type checker alone, never run.

import { expectTypeOf } from 'vitest'
import {
  type DoneEvent,
  type EndReason,
  type ResumedEvent,
  type Run,
  type RunEvent,
  type Schedule,
  Trainer,
} from '../../lib/index.js'

export async function runs(
  trainer: Trainer<'resnet50'>,
  schedule: Schedule,
  signal: AbortSignal,
): Promise<void> {
  const saved = trainer.checkpoints({ everySteps: 500, keep: 3 }).averageWeights(0.99).averageWeights()
  expectTypeOf(saved).toEqualTypeOf<Trainer<'resnet50'>>()
  expectTypeOf(saved.settings.averageDecay).toEqualTypeOf<number | null>()
  saved.start({ output: 'runs/a', overwrite: true, signal })
  expectTypeOf(Trainer.resume('runs/a', { signal, schedule })).resolves.toEqualTypeOf<Run>()
  expectTypeOf<DoneEvent['reason']>().toEqualTypeOf<EndReason>()
  expectTypeOf<Extract<RunEvent, { type: 'resumed' }>>().toEqualTypeOf<ResumedEvent>()
  // @ts-expect-error
  trainer.checkpoints()
  // @ts-expect-error
  trainer.checkpoints({ every: 500 })
  // @ts-expect-error
  trainer.averageWeights('0.99')
  // @ts-expect-error
  Trainer.resume()
  // @ts-expect-error The settings are those of the run.
  Trainer.resume('runs/a', { epochs: 3 })
}
