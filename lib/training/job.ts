// One training with everything decided: what the settings become once the network and the device are known.

import { resolve } from 'node:path'
import * as check from '../check.js'
import { chooseDevice, choosePrecision, type DeviceChoice, type PrecisionChoice } from '../inference/index.js'
import { checkImageSize, freeze, headSpec } from '../model/index.js'
import {
  type ComputeInfo,
  type LossSpec,
  type NetworkDescription,
  type NetworkSpec,
  native,
  nativeNow,
} from '../native/index.js'
import { checkLossFits, lossSpec } from './losses.js'
import type { ClassifierSettings, TrainingData, TrainingSettings } from './settings.js'
import { planStages, type Stage } from './stages.js'

export interface Job {
  readonly classifier: ClassifierSettings
  readonly data: TrainingData
  readonly settings: TrainingSettings
  readonly network: NetworkSpec
  readonly description: NetworkDescription
  readonly stages: readonly Stage[]
  /** Whether stages were asked for and left aside, since the network knows nothing yet. */
  readonly freezingLeftAside: boolean
  readonly loss: LossSpec
  readonly device: DeviceChoice
  readonly precision: PrecisionChoice
  readonly compute: ComputeInfo
  /** Absolute path of the run's folder. */
  readonly output: string
  /** Whether an earlier run in it is removed. */
  readonly overwrite: boolean
  /** Of the caller and of the time budget together. */
  readonly signal: AbortSignal | undefined
  /** Aborted when the time budget is used up. */
  readonly outOfTime: AbortSignal | undefined
}

/** Of `Trainer.start()`. */
export interface StartOptions {
  /** The run's folder, which is made; it may exist if it is empty. */
  output: string
  /** Removes an earlier run from the folder; files that no run writes are never removed. Defaults to false. */
  overwrite?: boolean
  /** Stops the run at its next step; `finished` then resolves with the reason 'aborted'. */
  signal?: AbortSignal
}

/** Loads the addon and checks what can be checked at once. */
export function planJob(
  classifier: ClassifierSettings,
  data: TrainingData,
  settings: TrainingSettings,
  options: StartOptions,
): Job {
  if (options === undefined) throw new TypeError(check.expected('an object', 'start', options))
  const given = check.options('start', options, ['output', 'overwrite', 'signal'])
  const output = resolve(check.string('output', given.output))
  const signal = check.signal('signal', given.signal)
  const outOfTime = timer(settings.timeBudget)
  const { architecture, classes, head, pretrained } = classifier
  const network = { architecture, head: headSpec(head, architecture, classes.length) }
  checkLossFits(settings.loss, network.head)
  const addon = native('training')
  const compute = nativeNow(() => addon.computeInfo())
  const device = chooseDevice(settings.device, compute)
  const precision = choosePrecision(settings.precision, device, compute)
  const description = nativeNow(() => addon.describeNetwork(network))
  const freezing = freezingInForce(settings, pretrained)
  const stages = planStages(freezing, settings.epochs, description)
  if (settings.imageSize !== null) checkImageSize(settings.imageSize, architecture, description)
  checkSamples(data, settings.batchSize, stages)
  return {
    classifier,
    data,
    settings,
    network,
    description,
    stages,
    freezingLeftAside: freezing !== settings.freeze,
    loss: lossSpec(settings.loss, classes, data.train.counts()),
    device,
    precision,
    compute,
    output,
    overwrite: check.boolean('overwrite', given.overwrite ?? false),
    signal: either(signal, outOfTime),
    outOfTime,
  }
}

/** Aborts after so many seconds. */
export function timer(timeBudget: number | null): AbortSignal | undefined {
  return timeBudget === null ? undefined : AbortSignal.timeout(Math.ceil(1000 * timeBudget))
}

export function either(
  one: AbortSignal | undefined,
  other: AbortSignal | undefined,
): AbortSignal | undefined {
  return one === undefined || other === undefined ? (one ?? other) : AbortSignal.any([one, other])
}

/** The stages asked for; without pretrained weights all layers learn, since freezing helps a trunk that knows something. */
export function freezingInForce(
  { freeze: stages }: Pick<TrainingSettings, 'freeze'>,
  pretrained: unknown,
): TrainingSettings['freeze'] {
  const freezes = stages.some((stage) => ('policy' in stage ? stage.policy : stage).kind !== 'nothing')
  return freezes && pretrained === null ? [freeze.nothing()] : stages
}

function checkSamples({ train }: TrainingData, batchSize: number, stages: readonly Stage[]): void {
  if (!stages.some(({ batchNormSeesBatch }) => batchNormSeesBatch)) return
  const reason = 'as a batch norm learns from at least two samples,'
  if (batchSize === 1) throw new RangeError(check.expected(`at least 2, ${reason}`, 'batchSize', batchSize))
  if (train.length === 1)
    throw new RangeError(check.expected(`at least 2 photographs, ${reason}`, 'train', train.length))
}
