// The stages of freezing that a training goes through, with the layers that learn in each.

import {
  type FreezePolicy,
  type FreezeStage,
  type FrozenBatchNorm,
  policyName,
  resolveTrainable,
  stageAt,
} from '../model/index.js'
import type { NetworkDescription } from '../native/index.js'

export interface Stage {
  /** From 1. */
  readonly number: number
  readonly name: string
  /** The epoch that it begins with, from 1. */
  readonly firstEpoch: number
  /** Names of the layers that learn. */
  readonly trainable: readonly string[]
  /** What batch norms that do not learn normalise with. */
  readonly frozenBatchNorm: FrozenBatchNorm
  /** Whether a batch norm normalises with the statistics of the batch: one sample has none. */
  readonly batchNormSeesBatch: boolean
}

/** The stages in force in `epochs` epochs, in order. */
export function planStages(
  stages: readonly (FreezePolicy | FreezeStage)[],
  epochs: number,
  description: NetworkDescription,
): Stage[] {
  const planned: Stage[] = []
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const { stage, policy } = stageAt(stages, epoch)
    if (planned.at(-1)?.number === stage) continue
    const trainable = resolveTrainable(policy, description)
    const { frozenBatchNorm } = policy
    const learning = new Set(trainable)
    const batchNormSeesBatch = description.layers.some(
      ({ name, operation }) =>
        operation === 'batch_norm' && (frozenBatchNorm === 'batch' || learning.has(name)),
    )
    planned.push({
      number: stage,
      name: policyName(policy),
      firstEpoch: epoch,
      trainable,
      frozenBatchNorm,
      batchNormSeesBatch,
    })
  }
  return planned
}

/** The stage in force in an epoch, counted from 1. */
export function stageOf(stages: readonly Stage[], epoch: number): Stage {
  return stages.findLast(({ firstEpoch }) => firstEpoch <= epoch) as Stage
}
