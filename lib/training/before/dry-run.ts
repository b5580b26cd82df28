// Goes through a training in seconds, so that what would stop it later stops it now.

import * as check from '../../check.js'
import type { SkippedPhotograph } from '../../data/index.js'
import { inTemporaryFolder } from '../../files/index.js'
import type { DeviceChoice, PrecisionChoice } from '../../inference/index.js'
import { architectures } from '../../model/index.js'
import type { ArchitectureName } from '../../native/index.js'
import type { StageEvent } from '../events.js'
import type { Loaded } from '../take.js'
import { jobAhead, type Plan } from './job.js'
import { type Rehearsal, type RehearsedStage, rehearse } from './rehearsal.js'
import { columns, duration, grouped, size } from './table.js'

/** Of `Trainer.dryRun()`. */
export interface DryRunOptions {
  /** Stops it at its next step; it then rejects with ABORTED. */
  signal?: AbortSignal
}

/** What a stage of freezing did in a dry run. */
export interface DryRunStage {
  /** From 1. */
  readonly stage: number
  readonly name: string
  /** The epoch that it begins with, from 1. */
  readonly epoch: number
  readonly trainableParameters: number
  /** How the frozen layers run, as in {@link StageEvent}. */
  readonly prefix: StageEvent['prefix']
  /** Of the stage's first update, had the validation improved in every epoch before. */
  readonly learningRate: number
  /** Updates that were made, at least 1. */
  readonly steps: number
  /** Of one update of the training, photographs being decoded before. */
  readonly secondsPerStep: number
  /** Means over the photographs that it learned from, and over a batch of those that it is measured on. */
  readonly trainLoss: number
  readonly valLoss: number
  /** Bytes that the whole process took at most while the stage learned and was measured; null on a GPU, which has its own. */
  readonly peakMemory: number | null
}

/** Made by `Trainer.dryRun()`. Immutable; prints itself as a table. */
export class DryRun {
  readonly architecture: ArchitectureName
  /** Pixels a side. */
  readonly imageSize: number
  /** Where it computed, and why there. */
  readonly device: DeviceChoice
  /** What it computed in, and why. */
  readonly precision: PrecisionChoice
  /** What was taken of pretrained weights; null: random weights. */
  readonly loaded: Loaded | null
  readonly stages: readonly DryRunStage[]
  /** Photographs of those decoded that cannot be read. */
  readonly skipped: readonly SkippedPhotograph[]

  /** @internal */
  constructor(facts: Omit<DryRun, 'toString'>) {
    this.architecture = facts.architecture
    this.imageSize = facts.imageSize
    this.device = facts.device
    this.precision = facts.precision
    this.loaded = facts.loaded
    this.stages = Object.freeze([...facts.stages])
    this.skipped = Object.freeze([...facts.skipped])
    Object.freeze(this)
  }

  /** A line a stage. */
  toString(): string {
    const { displayName } = architectures[this.architecture]
    const { imageSize, device, precision, loaded, skipped } = this
    const title = `${displayName}, photographs of ${imageSize} x ${imageSize} pixels, ${device.name}, ${precision.name}`
    const table = columns([COLUMNS, ...this.stages.map(cells)], 2)
    const left = skipped.map(({ reason }) => `left out: ${reason}`)
    return [title, ...(loaded === null ? [] : [loaded.message]), ...table, ...left].join('\n')
  }
}

const COLUMNS = ['stage', 'prefix', 'learn', 'a step', 'train loss', 'val loss', 'peak memory']

function cells(stage: DryRunStage): string[] {
  return [
    `${stage.stage}: ${stage.name}`,
    stage.prefix,
    grouped(stage.trainableParameters),
    duration(stage.secondsPerStep),
    stage.trainLoss.toFixed(4),
    stage.valLoss.toFixed(4),
    stage.peakMemory === null ? '' : size(stage.peakMemory),
  ]
}

/** What `Trainer.dryRun()` does. */
export async function dryRun(plan: Plan, options: DryRunOptions | undefined): Promise<DryRun> {
  const given = check.options('dryRun', options, ['signal'])
  const signal = check.signal('signal', given.signal)
  return inTemporaryFolder(async (folder) => {
    const job = jobAhead(plan, folder, signal)
    const { start, stages, skipped }: Rehearsal = await rehearse(job)
    return new DryRun({
      architecture: job.classifier.architecture,
      imageSize: start.imageSize,
      device: job.device,
      precision: job.precision,
      loaded: start.loaded,
      stages: stages.map((stage) => stageOf(stage, job.device.name === 'cpu')),
      skipped,
    })
  })
}

function stageOf(rehearsed: RehearsedStage, onProcessor: boolean): DryRunStage {
  const { stage, set, trained, validation, learningRate, steps, secondsPerStep, peakMemory } = rehearsed
  return Object.freeze({
    stage: stage.number,
    name: stage.name,
    epoch: stage.firstEpoch,
    trainableParameters: set.trainableParameters,
    prefix: set.prefix,
    learningRate,
    steps,
    secondsPerStep,
    trainLoss: trained.sums.lossSum / trained.sums.weight,
    valLoss: validation.loss,
    peakMemory: onProcessor ? peakMemory : null,
  })
}
