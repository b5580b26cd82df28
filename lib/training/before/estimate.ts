// What a training will take before it is started: memory, room on the disk, and time.

import * as check from '../../check.js'
import { FaceDataset } from '../../data/index.js'
import { inTemporaryFolder } from '../../files/index.js'
import type { DeviceChoice, PrecisionChoice } from '../../inference/index.js'
import { architectures } from '../../model/index.js'
import type { ArchitectureName, NetworkDescription } from '../../native/index.js'
import type { Job } from '../job.js'
import { jobAhead, type Plan } from './job.js'
import { type MemoryEstimate, memoryOf } from './memory-estimate.js'
import { type RehearsedStage, rehearse } from './rehearsal.js'
import { columns, duration, size } from './table.js'

/** Of `Trainer.estimate()`. */
export interface EstimateOptions {
  /** Stops it at its next step; it then rejects with ABORTED. */
  signal?: AbortSignal
}

/** What a stage of freezing will take. */
export interface EstimateStage {
  /** From 1. */
  readonly stage: number
  readonly name: string
  /** How many of the training's epochs it has. */
  readonly epochs: number
  /** Computed from the network, without what the process takes anyway; on a processor within a fifth or so of what is measured. */
  readonly memory: MemoryEstimate
  /** Bytes by which the process grew in a few real steps; null on a GPU, which has memory of its own. */
  readonly measuredMemory: number | null
  /** Updates of an epoch. */
  readonly steps: number
  readonly secondsPerStep: number
  /** Of an epoch, by a few real steps: learning, measuring, and saving two models. */
  readonly secondsPerEpoch: number
}

/** Made by `Trainer.estimate()`. Immutable; prints itself as a table. */
export class TrainingEstimate {
  readonly architecture: ArchitectureName
  /** Pixels a side. */
  readonly imageSize: number
  readonly device: DeviceChoice
  readonly precision: PrecisionChoice
  readonly stages: readonly EstimateStage[]
  /** Bytes that the process took before the first step: Node, LibTorch, and what it did before. */
  readonly processMemory: number
  /** Bytes: decoded photographs in the cache, which are there already if they were trained on before, and checkpoints. */
  readonly disk: { readonly photographs: number; readonly checkpoints: number }
  /** Seconds: decoding all photographs once, which the cache may save, all epochs, and both. */
  readonly seconds: { readonly decoding: number; readonly epochs: number; readonly total: number }

  /** @internal */
  constructor(facts: Omit<TrainingEstimate, 'toString'>) {
    this.architecture = facts.architecture
    this.imageSize = facts.imageSize
    this.device = facts.device
    this.precision = facts.precision
    this.stages = Object.freeze([...facts.stages])
    this.processMemory = facts.processMemory
    this.disk = Object.freeze(facts.disk)
    this.seconds = Object.freeze(facts.seconds)
    Object.freeze(this)
  }

  /** A line a stage, and what all take together. */
  toString(): string {
    const { displayName } = architectures[this.architecture]
    const { imageSize, device, precision, disk, seconds } = this
    return [
      `${displayName}, photographs of ${imageSize} x ${imageSize} pixels, ${device.name}, ${precision.name}`,
      ...columns([COLUMNS, ...this.stages.map(cells)], 1),
      `memory: beside ${size(this.processMemory)} of the process`,
      `disk: ${size(disk.photographs)} of decoded photographs, ${size(disk.checkpoints)} of checkpoints`,
      `time: ${duration(seconds.decoding)} of decoding, ${duration(seconds.epochs)} of epochs, ${duration(seconds.total)} in all`,
    ].join('\n')
  }
}

const COLUMNS = [
  ...['stage', 'epochs', 'weights', 'gradients', 'optimizer', 'activations', 'photographs'],
  ...['memory', 'a step', 'an epoch'],
]

function cells({ stage, name, epochs, memory, secondsPerStep, secondsPerEpoch }: EstimateStage): string[] {
  const { weights, gradients, optimizer, activations, photographs, total } = memory
  return [
    `${stage}: ${name}`,
    `${epochs}`,
    ...[weights, gradients, optimizer, activations, photographs, total].map(size),
    duration(secondsPerStep),
    duration(secondsPerEpoch),
  ]
}

/** What `Trainer.estimate()` does. */
export async function estimate(plan: Plan, options: EstimateOptions | undefined): Promise<TrainingEstimate> {
  const given = check.options('estimate', options, ['signal'])
  const signal = check.signal('signal', given.signal)
  return inTemporaryFolder(async (folder) => {
    const job = jobAhead(plan, folder, signal)
    const { start, stages, memoryBefore, decodingSeconds } = await rehearse(job)
    const { train, val } = plan.data
    const photographs = FaceDataset.union([train, val]).all.length
    // The rehearsal decodes as it goes; the training does what it was told.
    const told: Job = { ...job, settings: plan.settings }
    const ownStages = stages.map((stage) =>
      stageOf(told, stage, start.imageSize, memoryBefore, decodingSeconds),
    )
    const epochs = ownStages.reduce((sum, stage) => sum + stage.epochs * stage.secondsPerEpoch, 0)
    const { kind } = plan.settings.cache
    const decoding = kind === 'none' ? 0 : photographs * decodingSeconds
    return new TrainingEstimate({
      architecture: job.classifier.architecture,
      imageSize: start.imageSize,
      device: job.device,
      precision: job.precision,
      stages: ownStages,
      processMemory: memoryBefore,
      disk: {
        photographs: kind === 'disk' ? photographs * 3 * start.imageSize ** 2 : 0,
        checkpoints: checkpointBytes(told, ownStages),
      },
      seconds: { decoding, epochs, total: Math.min(decoding + epochs, plan.settings.timeBudget ?? Infinity) },
    })
  })
}

function stageOf(
  job: Job,
  rehearsed: RehearsedStage,
  imageSize: number,
  memoryBefore: number,
  decodingSeconds: number,
): EstimateStage {
  const { stage, secondsPerStep, validationSeconds, savingSeconds, peakMemory } = rehearsed
  const { data, settings, stages, device } = job
  const { batchSize, accumulate, epochs, cache } = settings
  const next = stages.find(({ firstEpoch }) => firstEpoch > stage.firstEpoch)
  const steps = Math.ceil(Math.ceil(data.train.length / batchSize) / accumulate)
  const validation = (validationSeconds * data.val.length) / rehearsed.validation.count
  const decoded = cache.kind === 'none' ? (data.train.length + data.val.length) * decodingSeconds : 0
  return Object.freeze({
    stage: stage.number,
    name: stage.name,
    epochs: (next?.firstEpoch ?? epochs + 1) - stage.firstEpoch,
    memory: memoryOf(job, stage, imageSize),
    measuredMemory: device.name === 'cpu' ? Math.max(0, peakMemory - memoryBefore) : null,
    steps,
    secondsPerStep,
    secondsPerEpoch: steps * secondsPerStep + validation + 2 * savingSeconds + decoded,
  })
}

/** The best and the latest model, and what the run can be resumed from. */
function checkpointBytes({ description, settings }: Job, stages: readonly EstimateStage[]): number {
  const bundle = bundleBytes(description)
  const beside = stages.map(({ memory: { optimizer, average } }) => optimizer + average)
  return 2 * bundle + settings.checkpoints.keep * (bundle + Math.max(...beside))
}

/** Weights are saved as float32, counters as int64. */
function bundleBytes({ tensors }: NetworkDescription): number {
  return tensors.reduce((sum, { shape, dtype }) => {
    const values = shape.reduce((count, side) => count * side, 1)
    return sum + values * (dtype === 'int64' || dtype === 'float64' ? 8 : 4)
  }, 0)
}
