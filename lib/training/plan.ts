// All that a run was decided to be, as plain JSON: what a checkpoint holds beside tensors, so that the run can go on where
// those who planned it are gone.

import * as check from '../check.js'
import { Augmentation } from '../data/index.js'
import { TorchError } from '../errors.js'
import { choosePrecision, type DeviceChoice, gpuSurroundings, whyNoGpu } from '../inference/index.js'
import { headOf, type Json } from '../model/index.js'
import {
  type ArchitectureName,
  type AugmentationSpec,
  type LossSpec,
  type NetworkDescription,
  type NetworkSpec,
  type NormalisationSpec,
  native,
  nativeNow,
  type Precision,
} from '../native/index.js'
import type { Job } from './job.js'
import { versionsOf } from './record.js'
import { type StoredSchedule, storedSchedule } from './schedule-table.js'
import type { Schedule } from './schedules.js'
import type { TrainingData, TrainingSettings } from './settings.js'
import type { Stage } from './stages.js'
import type { Start } from './start.js'

export const PLAN_FORMAT = 1
const CHOSEN = 'as the run began'

export interface Plan {
  readonly format: typeof PLAN_FORMAT
  readonly network: NetworkSpec
  readonly classes: readonly string[]
  readonly imageSize: number
  readonly normalisation: NormalisationSpec
  readonly settings: StoredSettings
  readonly stages: readonly Stage[]
  readonly loss: LossSpec
  readonly device: string
  readonly precision: Precision
  readonly threads: number
  readonly versions: Readonly<Record<string, string>>
  /** As bundles tell it. */
  readonly recipe: { readonly [key: string]: Json }
  /** SHA-256 of the list of photographs. */
  readonly list: string
}

/** Settings with what has methods replaced by what it was made from; a schedule that a user wrote is null. */
type StoredSettings = Omit<TrainingSettings, 'augmentation' | 'freeze' | 'schedule'> & {
  readonly augmentation: AugmentationSpec
  readonly schedule: StoredSchedule | null
}

export function planOf(job: Job, start: Start, recipe: Plan['recipe'], list: string): Plan {
  const { freeze: _, augmentation, schedule, ...settings } = job.settings
  return {
    format: PLAN_FORMAT,
    network: job.network,
    classes: job.classifier.classes,
    imageSize: start.imageSize,
    normalisation: start.normalisation,
    settings: { ...settings, augmentation: augmentation.spec, schedule: storedSchedule(schedule) },
    stages: job.stages,
    loss: job.loss,
    device: job.device.name,
    precision: job.precision.name,
    threads: job.compute.threads,
    versions: versionsOf(job),
    recipe,
    list,
  }
}

export interface JobOfPlan {
  readonly plan: Plan
  readonly data: TrainingData
  readonly output: string
  readonly signal: AbortSignal | undefined
  readonly outOfTime: AbortSignal | undefined
  /** As it was planned. */
  readonly schedule: Schedule
}

/**
 * The job as it was planned, on the same kind of device and in the same precision.
 *
 * @throws TorchError DEVICE or PRECISION: this machine lacks what the run began with. TypeError, RangeError or TorchError NETWORK:
 *   the plan contradicts itself.
 */
export function jobOf({ plan, data, output, signal, outOfTime, schedule }: JobOfPlan): Job {
  const { network, classes, settings, stages, loss } = plan
  const addon = native('training')
  const compute = nativeNow(() => addon.computeInfo())
  const device = deviceOf(plan, compute.cudaDevices)
  const { architecture, head } = network as NetworkSpec & { architecture: ArchitectureName }
  const description = nativeNow(() => addon.describeNetwork(network))
  checkLayers(stages, description)
  return {
    classifier: { architecture, classes, head: headOf(head), pretrained: null },
    data,
    settings: {
      ...settings,
      freeze: [],
      schedule,
      augmentation: Augmentation.restored(settings.augmentation),
    },
    network,
    description,
    stages,
    freezingLeftAside: false,
    loss,
    device,
    precision: { name: choosePrecision(plan.precision, device, compute).name, reason: CHOSEN },
    compute,
    output,
    overwrite: false,
    signal,
    outOfTime,
  }
}

function checkLayers(stages: readonly Stage[], { layers }: NetworkDescription): void {
  const known = new Set(layers.map(({ name }) => name))
  for (const { number, trainable } of stages)
    for (const layer of trainable)
      if (!known.has(layer))
        throw new RangeError(check.expected('layers of the network', `stage ${number}`, layer))
}

function deviceOf({ device: name }: Plan, cudaDevices: number): DeviceChoice {
  if (name === 'cpu' || cudaDevices > 0) return { name, reason: CHOSEN }
  const { reason } = whyNoGpu(gpuSurroundings())
  throw new TorchError('DEVICE', `The run began on ${name}, but ${reason}. Go on where that device is.`)
}
