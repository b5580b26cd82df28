// Which layers learn, as values: policies, stages of a training, and the names they stand for in a network.

import * as check from '../check.js'
import type { NetworkDescription } from '../native/index.js'

/**
 * Which layers of the trunk do not learn. The head always learns. Immutable; equal policies have equal
 * fields.
 */
export class FreezePolicy {
  readonly kind: 'nothing' | 'trunk' | 'allButLast'
  /** Layers of the trunk that learn, with 'allButLast'; else null. */
  readonly layers: number | null

  /** Use {@link freeze}. */
  constructor(kind: FreezePolicy['kind'], layers: number | null) {
    this.kind = kind
    this.layers = layers
    Object.freeze(this)
  }

  /** This policy as a stage of so many epochs, at least 1. */
  forEpochs(epochs: number): FreezeStage {
    return new FreezeStage(this, check.integer('epochs', epochs, 1))
  }
}

/** A policy for a number of epochs. Immutable. */
export class FreezeStage {
  readonly policy: FreezePolicy
  readonly epochs: number

  /** Use {@link FreezePolicy.forEpochs}. */
  constructor(policy: FreezePolicy, epochs: number) {
    this.policy = policy
    this.epochs = epochs
    Object.freeze(this)
  }
}

const NOTHING = new FreezePolicy('nothing', null)
const TRUNK = new FreezePolicy('trunk', null)

/**
 * Policies of freezing. A frozen layer has no gradient, so it neither moves nor decays, and a frozen batch
 * norm keeps its statistics. A layer is a module with parameters of its own (convolution, batch norm,
 * linear), in the order of PyTorch's named_modules().
 *
 * @example freeze.trunk().forEpochs(3), freeze.allButLast(15)
 */
export const freeze = Object.freeze({
  /** All layers learn. */
  nothing: (): FreezePolicy => NOTHING,
  /** Only the head learns. */
  trunk: (): FreezePolicy => TRUNK,
  /** The head and the last `layers` layers of the trunk learn; at least 1. */
  allButLast: (layers: number): FreezePolicy =>
    new FreezePolicy('allButLast', check.integer('layers', layers, 1)),
})

/** The part of a training that an epoch belongs to. */
export interface StageInForce {
  /** From 1. */
  readonly stage: number
  readonly policy: FreezePolicy
}

/**
 * Checks a training's stages: each but the last has its number of epochs, and no stage means that all layers
 * learn.
 *
 * @param name The argument's name in errors.
 */
export function checkStages(
  name: string,
  stages: readonly unknown[],
): readonly (FreezePolicy | FreezeStage)[] {
  stages.forEach((stage, index) => {
    const argument = `${name}[${index}]`
    if (stage instanceof FreezeStage) return
    if (!(stage instanceof FreezePolicy)) {
      throw new TypeError(check.expected('a policy such as freeze.trunk() or a stage of it', argument, stage))
    }
    if (index < stages.length - 1) {
      throw new RangeError(check.expected('.forEpochs(n), as other stages follow,', argument, stage))
    }
  })
  return Object.freeze([...(stages as readonly (FreezePolicy | FreezeStage)[])])
}

/**
 * The stage in force in an epoch, counted from 1. A last stage without a number of epochs goes on to the end;
 * after one with a number, all layers learn, as a stage of its own.
 */
export function stageAt(stages: readonly (FreezePolicy | FreezeStage)[], epoch: number): StageInForce {
  let left = check.integer('epoch', epoch, 1)
  for (const [index, stage] of stages.entries()) {
    if (stage instanceof FreezePolicy) return { stage: index + 1, policy: stage }
    if (left <= stage.epochs) return { stage: index + 1, policy: stage.policy }
    left -= stage.epochs
  }
  return { stage: stages.length + 1, policy: NOTHING }
}

/** A policy in a few words, for logs and charts. */
export function policyName({ kind, layers }: FreezePolicy): string {
  if (kind === 'nothing') return 'all layers learn'
  if (kind === 'trunk') return 'trunk frozen'
  return layers === 1 ? 'last layer of the trunk learns' : `last ${layers} layers of the trunk learn`
}

/**
 * The names of the layers that learn, in the network's order.
 *
 * @throws RangeError where the policy names more layers than the trunk has.
 */
export function resolveTrainable(policy: FreezePolicy, description: NetworkDescription): string[] {
  const trunk = description.layers.filter(({ part }) => part === 'trunk').length
  const learning = policy.kind === 'nothing' ? trunk : (policy.layers ?? 0)
  if (learning > trunk) {
    throw new RangeError(
      `Expected at most ${trunk} layers, all that the trunk has, for layers but received ${learning}`,
    )
  }
  let index = 0
  return description.layers
    .filter(({ part }) => part === 'head' || index++ >= trunk - learning)
    .map(({ name }) => name)
}
