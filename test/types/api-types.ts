// What compiles and what does not: read by the type checker alone, never run.

import { expectTypeOf } from 'vitest'
import {
  Augmentation,
  adam,
  adamW,
  type Candidate,
  constant,
  cosine,
  crossEntropy,
  type DatasetReport,
  type EpochEvent,
  FaceClassifier,
  FaceDataset,
  type Finding,
  type FreezePolicy,
  type FreezeStage,
  freeze,
  type HistoryRow,
  type Loss,
  type Optimizer,
  type Predictor,
  type Run,
  type RunEvent,
  type RunResult,
  reduceLROnPlateau,
  type Schedule,
  type StepEvent,
  sgd,
  type TorchError,
  type Trainer,
  type TrainingData,
  type WrittenSheet,
} from '../../lib/index.js'
import type { LayerGroup } from '../../lib/model/index.js'
import type { ArchitectureName } from '../../lib/native/index.js'
import {
  type FiniteSchedule,
  linearWarmUp,
  type ScheduleStage,
  sequence,
  stepDecay,
} from '../../lib/training/index.js'

/** Compiled and never called: these lines need files and a training. */
export async function asWritten(trainer: Trainer, predictor: Predictor, run: Run): Promise<void> {
  const faces = await FaceDataset.fromFolder('faces/train')
  const { train, val } = faces.split({ train: 0.8, val: 0.2 }, { seed: 42 })
  expectTypeOf(train).toEqualTypeOf<FaceDataset>()
  // @ts-expect-error No part of this name was asked for.
  faces.split({ train: 0.8, val: 0.2 }).test

  const report = await train.inspect({ other: val, fewPhotographs: 3 })
  expectTypeOf(report).toEqualTypeOf<DatasetReport>()
  expectTypeOf(report.finding('near-duplicate')).toEqualTypeOf<Finding | undefined>()
  // @ts-expect-error No such kind of finding.
  report.finding('ugly')
  expectTypeOf(report.contactSheet('a.png')).resolves.toEqualTypeOf<WrittenSheet>()
  // @ts-expect-error The sheet must be written somewhere.
  await Augmentation.standard().preview(train, { size: 160 })
  await Augmentation.standard().preview(['a.jpg', new Uint8Array()], { output: 'a.png' })

  const classifier = FaceClassifier.inceptionResnetV1({ classes: faces })
  expectTypeOf(classifier).toEqualTypeOf<FaceClassifier<'inceptionResnetV1'>>()
  expectTypeOf(classifier.pretrained('a').head().linearHead()).toEqualTypeOf<
    FaceClassifier<'inceptionResnetV1'>
  >()
  expectTypeOf(FaceClassifier.from('a')).resolves.toEqualTypeOf<FaceClassifier>()
  expectTypeOf(classifier.trainer({ train, val })).toEqualTypeOf<Trainer<'inceptionResnetV1'>>()
  expectTypeOf(trainer.freeze(freeze.trunk().forEpochs(3), freeze.allButLast(15))).toEqualTypeOf<Trainer>()

  expectTypeOf(trainer.start({ output: 'runs/a' })).toEqualTypeOf<Run>()
  expectTypeOf(run.finished).resolves.toEqualTypeOf<RunResult>()
  for await (const event of run.epochs()) expectTypeOf(event).toEqualTypeOf<EpochEvent>()
  for await (const event of run.steps()) expectTypeOf(event).toEqualTypeOf<StepEvent>()
  for await (const event of run.events()) {
    expectTypeOf(event).toEqualTypeOf<RunEvent>()
    if (event.type === 'prepare') expectTypeOf(event.task).toEqualTypeOf<string>()
  }

  expectTypeOf(predictor.classify('a.jpg')).resolves.toEqualTypeOf<Candidate[]>()
  expectTypeOf(predictor.classify(new Uint8Array(1))).resolves.toEqualTypeOf<Candidate[]>()
  expectTypeOf(predictor.classify(['a.jpg', new URL('file:///b.jpg')])).resolves.toEqualTypeOf<
    Candidate[][]
  >()
  expectTypeOf(predictor).toMatchTypeOf<AsyncDisposable>()
}

export function unknownOptions(classifier: FaceClassifier, trainer: Trainer, predictor: Predictor): void {
  // @ts-expect-error
  adam({ lr: 1e-3 })
  // @ts-expect-error
  adamW({ beta1: 0.9 })
  // @ts-expect-error
  sgd({ dampening: 0 })
  // @ts-expect-error
  crossEntropy({ smoothing: 0.1 })
  // @ts-expect-error
  cosine({ epochs: 40 })
  // @ts-expect-error
  constant({})
  // @ts-expect-error
  reduceLROnPlateau({ minLr: 0 })
  // @ts-expect-error
  reduceLROnPlateau({ monitor: 'loss' })
  // @ts-expect-error
  FaceClassifier.inceptionResnetV1({ classes: ['a', 'b'], dropout: 0.5 })
  // @ts-expect-error
  FaceClassifier.inceptionResnetV1({})
  // @ts-expect-error
  classifier.head({ activation: 'gelu' })
  // @ts-expect-error
  classifier.linearHead({ hidden: [1024] })
  // @ts-expect-error
  classifier.trainer({})
  // @ts-expect-error
  trainer.device('tpu')
  // @ts-expect-error
  trainer.freeze('trunk')
  // @ts-expect-error
  trainer.optimizer(adam)
  // @ts-expect-error
  trainer.schedule('cosine')
  // @ts-expect-error
  trainer.start({})
  // @ts-expect-error
  trainer.start({ output: 'a', overwrite: 'yes' })
  // @ts-expect-error
  predictor.classify(7)
  // @ts-expect-error
  predictor.classify('a.jpg', { topK: 5 })
  // @ts-expect-error
  predictor.writeSubmission('a', { template: 'b.csv' })
}

export function immutable(
  row: HistoryRow,
  result: RunResult,
  optimizer: Optimizer,
  loss: Loss,
  schedule: Schedule,
  trainer: Trainer,
  predictor: Predictor,
  stage: FreezeStage,
): void {
  // @ts-expect-error
  row.valTop1 = 1
  // @ts-expect-error
  result.history.push(row)
  // @ts-expect-error
  optimizer.learningRate = 1
  // @ts-expect-error
  optimizer.spec.weightDecay = 1
  // @ts-expect-error
  loss.spec.labelSmoothing = 1
  // @ts-expect-error
  schedule.settings.factor = 1
  // @ts-expect-error
  trainer.settings.epochs = 1
  // @ts-expect-error
  predictor.classes[0] = 'a'
  // @ts-expect-error
  stage.epochs = 1
}

declare function freezeOf<Name extends ArchitectureName>(
  ...stages: (FreezePolicy<LayerGroup<Name>> | FreezeStage<LayerGroup<Name>>)[]
): void

export function groupsOfNetworks(): void {
  expectTypeOf<LayerGroup<'resnet50'>>().toEqualTypeOf<
    'conv1' | 'bn1' | 'layer1' | 'layer2' | 'layer3' | 'layer4'
  >()
  expectTypeOf(freeze.upTo('layer2')).toEqualTypeOf<FreezePolicy<'layer2'>>()
  expectTypeOf(freeze.upTo('layer2').forEpochs(3)).toEqualTypeOf<FreezeStage<'layer2'>>()
  expectTypeOf(freeze.trunk()).toEqualTypeOf<FreezePolicy<never>>()

  freezeOf<'resnet50'>(freeze.upTo('layer2').forEpochs(2), freeze.upTo('conv1', { frozenBatchNorm: 'batch' }))
  freezeOf<'mobilenetV2'>(freeze.upTo('features.13'))
  freezeOf<'inceptionResnetV1'>(freeze.upTo('repeat_2'))
  freezeOf<ArchitectureName>(freeze.upTo('repeat_2').forEpochs(2), freeze.upTo('layer4'))
  freezeOf(freeze.upTo('features.0'))
  freezeOf<'resnet50'>(
    freeze.trunk().forEpochs(1),
    freeze.allButLast(3, { frozenBatchNorm: 'stored' }).forEpochs(1),
    freeze.where(({ group, index, count }) => group === 'layer1' || index < count / 2).forEpochs(1),
    freeze.nothing(),
  )

  // @ts-expect-error
  freezeOf<'resnet50'>(freeze.upTo('layer9'))
  // @ts-expect-error
  freezeOf<'resnet50'>(freeze.upTo('block8'))
  // @ts-expect-error
  freezeOf<'resnet50'>(freeze.upTo('block8').forEpochs(2))
  // @ts-expect-error
  freezeOf<'resnet50'>(freeze.trunk().forEpochs(1), freeze.upTo('features.1'))
  // @ts-expect-error
  freezeOf<'mobilenetV2'>(freeze.upTo('features.19'))
  // @ts-expect-error
  freezeOf<'inceptionResnetV1'>(freeze.upTo('layer4'))
  // @ts-expect-error
  freezeOf(freeze.upTo('layer9'))
  // @ts-expect-error
  freeze.where(({ group }) => group === 'layer9')
  // @ts-expect-error
  freeze.where(({ name }) => name)
  // @ts-expect-error
  freeze.trunk({ frozenBatchNorm: 'eval' })
  // @ts-expect-error
  freeze.nothing({ frozenBatchNorm: 'batch' })
}

export function sequences(): void {
  expectTypeOf(linearWarmUp({ epochs: 2 }).epochs).toEqualTypeOf<number>()
  expectTypeOf(linearWarmUp({ epochs: 2 })).toEqualTypeOf<FiniteSchedule>()
  expectTypeOf(cosine().forEpochs(3)).toEqualTypeOf<ScheduleStage>()
  expectTypeOf(sequence(linearWarmUp({ epochs: 2 }), cosine())).toEqualTypeOf<Schedule>()
  sequence(linearWarmUp({ epochs: 2 }).forEpochs(3), stepDecay({ every: 2 }).forEpochs(4), cosine())

  // @ts-expect-error
  sequence()
  // @ts-expect-error A cosine that goes on to the end.
  sequence(cosine(), constant())
  // @ts-expect-error The last goes on to the end.
  sequence(linearWarmUp({ epochs: 2 }), cosine().forEpochs(3))
  // @ts-expect-error
  linearWarmUp({})
  // @ts-expect-error
  linearWarmUp({ epochs: 2, startFactor: 0.1 })
  // @ts-expect-error
  stepDecay({ factor: 0.1 })
  // @ts-expect-error
  stepDecay({ every: 2, gamma: 0.1 })
}

export function augmentations(): void {
  Augmentation.standard().saturation(0.1).randomErasing({ fill: 'noise' }).mixup().cutmix({ alpha: 0.5 })
  // @ts-expect-error
  Augmentation.none().randomErasing({ fill: 'white' })
  // @ts-expect-error
  Augmentation.none().randomErasing({ p: 0.5 })
  // @ts-expect-error
  Augmentation.none().mixup({ lambda: 0.5 })
  // @ts-expect-error
  Augmentation.none().cutmix(1)
}

/** `await` on an object with such a method would call it. */
type Awaitable<T> = T extends { then: unknown } ? true : false

export function neverAwaited(): void {
  expectTypeOf<
    Awaitable<
      | Augmentation
      | FaceClassifier
      | FaceDataset
      | FreezePolicy
      | FreezeStage
      | Loss
      | Optimizer
      | Predictor
      | Run
      | RunEvent
      | RunResult
      | Schedule
      | ScheduleStage
      | TorchError
      | Trainer
    >
  >().toEqualTypeOf<false>()
}

/** Groups are those of the network, from the builder to the training. */
export function groupsOfTheNetwork(data: TrainingData): void {
  const resnet = FaceClassifier.resnet50({ classes: ['a', 'b'] })
  const trainer = resnet.trainer(data)
  expectTypeOf(trainer).toEqualTypeOf<Trainer<'resnet50'>>()
  trainer.freeze(
    freeze.upTo('layer3').forEpochs(2),
    freeze.where(({ index }) => index < 3),
  )
  trainer.layerRates({ trunk: 0.1, layer4: 0.5, head: 1 })
  resnet.summary({ freeze: freeze.upTo('layer1'), imageSize: 128 })
  // @ts-expect-error A group of another network.
  trainer.freeze(freeze.upTo('repeat_1'))
  // @ts-expect-error A group of no network.
  freeze.upTo('layer9')
  // @ts-expect-error A group of another network.
  trainer.layerRates({ block8: 0.5 })
  // @ts-expect-error A group of another network.
  resnet.summary({ freeze: freeze.upTo('features.3') })
  // @ts-expect-error InceptionResnetV1 alone has an embedding head.
  resnet.embeddingHead()
  // @ts-expect-error
  trainer.precision('float16')
}
