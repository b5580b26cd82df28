// One training with everything decided: what the settings become once the network and the device are known.

import { resolve } from 'node:path'
import * as check from '../check.js'
import { chooseDevice, type DeviceChoice } from '../inference/index.js'
import { architectures, freeze, headSpec } from '../model/index.js'
import {
  type ComputeInfo,
  type NetworkDescription,
  type NetworkSpec,
  native,
  nativeNow,
} from '../native/index.js'
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
  readonly device: DeviceChoice
  readonly compute: ComputeInfo
  /** Absolute path of the run's folder. */
  readonly output: string
  readonly signal: AbortSignal | undefined
}

export interface StartOptions {
  /** The run's folder, which is made; it may exist if it is empty. */
  output: string
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
  const given = check.options('start', options, ['output', 'signal'])
  const output = resolve(check.string('output', given.output))
  const signal = check.signal('signal', given.signal)
  const { architecture, classes, head, pretrained } = classifier
  const network = { architecture, head: headSpec(head, architecture, classes.length) }
  const addon = native('training')
  const compute = nativeNow(() => addon.computeInfo())
  const device = chooseDevice(settings.device, compute)
  const description = nativeNow(() => addon.describeNetwork(network))
  // Freezing helps a trunk that knows something.
  const freezes = settings.freeze.some(
    (stage) => ('policy' in stage ? stage.policy : stage).kind !== 'nothing',
  )
  const freezingLeftAside = freezes && pretrained === null
  const policies = freezingLeftAside ? [freeze.nothing()] : settings.freeze
  const stages = planStages(policies, settings.epochs, description)
  if (settings.imageSize !== null) checkImageSize(settings.imageSize, classifier, description)
  checkSamples(data, settings.batchSize, stages)
  return {
    classifier,
    data,
    settings,
    network,
    description,
    stages,
    freezingLeftAside,
    device,
    compute,
    output,
    signal,
  }
}

/** Refuses photographs that the network would shrink to nothing. */
export function checkImageSize(
  size: number,
  { architecture }: Pick<ClassifierSettings, 'architecture'>,
  { minimumInputSize }: NetworkDescription,
): void {
  if (size >= minimumInputSize) return
  const { displayName } = architectures[architecture]
  throw new RangeError(
    check.expected(
      `at least ${minimumInputSize} pixels, the least that ${displayName} works with,`,
      'imageSize',
      size,
    ),
  )
}

function checkSamples({ train }: TrainingData, batchSize: number, stages: readonly Stage[]): void {
  if (!stages.some(({ batchNormLearns }) => batchNormLearns)) return
  const reason = 'as a batch norm learns from at least two samples,'
  if (batchSize === 1) throw new RangeError(check.expected(`at least 2, ${reason}`, 'batchSize', batchSize))
  if (train.length === 1)
    throw new RangeError(check.expected(`at least 2 photographs, ${reason}`, 'train', train.length))
}
