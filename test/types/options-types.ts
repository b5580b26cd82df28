// Names that are literals: of options, events, groups of layers, results. Read by the type checker alone, never run.

import { expectTypeOf } from 'vitest'
import {
  type CalibrateOptions,
  type ClassifyOptions,
  type DeviceChoice,
  type EvaluateOptions,
  FaceClassifier,
  type FaceDataset,
  freeze,
  type IdentifyOptions,
  type InspectOptions,
  type OpenOptions,
  type PrecisionChoice,
  Predictor,
  type PredictorStats,
  type ResumeOptions,
  type Run,
  type RunEvent,
  type RunResult,
  type StartOptions,
  type TorchErrorCode,
  Trainer,
  type TrainingData,
  type VerifyOptions,
  type WarningEvent,
  type WriteSubmissionOptions,
} from '../../lib/index.js'

/** What a method takes can be named by who wraps it. */
export function optionsByName(): void {
  expectTypeOf<Parameters<typeof Predictor.open>[1]>().toEqualTypeOf<OpenOptions | undefined>()
  expectTypeOf<Parameters<Predictor['classify']>[1]>().toEqualTypeOf<ClassifyOptions | undefined>()
  expectTypeOf<Parameters<Predictor['identify']>[1]>().toEqualTypeOf<IdentifyOptions | undefined>()
  expectTypeOf<Parameters<Predictor['verify']>[2]>().toEqualTypeOf<VerifyOptions | undefined>()
  expectTypeOf<Parameters<Predictor['calibrate']>[1]>().toEqualTypeOf<CalibrateOptions | undefined>()
  expectTypeOf<Parameters<Predictor['evaluate']>[1]>().toEqualTypeOf<EvaluateOptions | undefined>()
  expectTypeOf<Parameters<Predictor['writeSubmission']>[1]>().toEqualTypeOf<WriteSubmissionOptions>()
  expectTypeOf<Parameters<Trainer['start']>[0]>().toEqualTypeOf<StartOptions>()
  expectTypeOf<Parameters<typeof Trainer.resume>[1]>().toEqualTypeOf<ResumeOptions | undefined>()
  expectTypeOf<Parameters<FaceDataset['inspect']>[0]>().toEqualTypeOf<InspectOptions | undefined>()
}

export async function unknownOptions(predictor: Predictor, val: FaceDataset): Promise<void> {
  // @ts-expect-error
  await Predictor.open('a', { batch: 32 })
  // @ts-expect-error
  await Predictor.open('a', { device: 'gpu' })
  // @ts-expect-error
  await predictor.classify('a.jpg', { deadline: 200 })
  // @ts-expect-error
  await predictor.verify('a.jpg', 'b.jpg', { similarity: 0.4 })
  // @ts-expect-error
  await predictor.identify('a.jpg', { top: 3 })
  // @ts-expect-error
  await predictor.calibrate(val, { falsePositiveRate: 0.01 })
  // @ts-expect-error
  await predictor.evaluate(val, { bins: 20 })
  // @ts-expect-error
  await val.inspect({ with: val })
  // @ts-expect-error
  await Trainer.resume('a', { output: 'b' })
}

/** A misspelt event, code or reason does not compile. */
export async function literals(run: Run, result: RunResult, stats: PredictorStats): Promise<void> {
  expectTypeOf<RunEvent['type']>().toEqualTypeOf<
    | 'warning'
    | 'resumed'
    | 'fetch'
    | 'loaded'
    | 'prepare'
    | 'stage'
    | 'step'
    | 'validate'
    | 'epoch'
    | 'checkpoint'
    | 'done'
  >()
  expectTypeOf<RunResult['reason']>().toEqualTypeOf<
    'completed' | 'aborted' | 'stopped_early' | 'time_budget'
  >()
  expectTypeOf<PrecisionChoice['name']>().toEqualTypeOf<'float32' | 'bfloat16' | 'float64'>()
  expectTypeOf<DeviceChoice['reason']>().toEqualTypeOf<string>()
  expectTypeOf<'OVERLOADED'>().toExtend<TorchErrorCode>()
  expectTypeOf<'prefix_plain'>().toExtend<WarningEvent['code']>()
  for await (const event of run.events()) {
    // @ts-expect-error No event is called so.
    if (event.type === 'finished') return
    if (event.type === 'warning') expectTypeOf(event.message).toEqualTypeOf<string>()
    // @ts-expect-error Only an epoch has a validation.
    if (event.type === 'step') event.validation
    // @ts-expect-error Events do not change.
    if (event.type === 'epoch') event.epoch = 1
  }
  // @ts-expect-error No run ends so.
  if (result.reason === 'failed') return
  // @ts-expect-error Counts do not change.
  stats.accepted = 1
}

/** From the network to what a training of it freezes. */
export function groups(data: TrainingData): void {
  const trainer = FaceClassifier.resnet50({ classes: ['a', 'b'] }).trainer(data)
  trainer.freeze(freeze.upTo('layer4'))
  // @ts-expect-error ResNet-50 has four.
  trainer.freeze(freeze.upTo('layer9'))
  // @ts-expect-error A block of another network.
  trainer.freeze(freeze.upTo('repeat_1').forEpochs(2), freeze.nothing())
}
