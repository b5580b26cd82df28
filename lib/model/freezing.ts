// Which layers learn, as values: policies, stages of a training, and the names they stand for in a network.

import * as check from '../check.js'
import type { NetworkDescription } from '../native/index.js'
import type { LayerGroup } from './architectures.js'
import { type TrunkLayer, trunkLayers } from './trunk.js'

/** Whether a layer does not learn. */
export type LayerPredicate = (layer: TrunkLayer) => boolean

/** What frozen batch norms normalise with: their stored statistics, which then stay, or the batch's, which move them. */
export type FrozenBatchNorm = 'stored' | 'batch'

/** How frozen layers behave: of the policies of {@link freeze}. */
export interface FreezeOptions {
  /**
   * 'stored': frozen batch norms use their stored statistics and leave them alone. 'batch': they normalise with the
   * statistics of the batch and update their own, as in a plain PyTorch script that only turns gradients off.
   * Defaults to 'stored'.
   */
  frozenBatchNorm?: FrozenBatchNorm
}

interface PolicyFields<Group extends LayerGroup> {
  readonly kind: 'nothing' | 'trunk' | 'allButLast' | 'upTo' | 'where'
  readonly layers: number | null
  readonly group: Group | null
  readonly predicate: LayerPredicate | null
  readonly frozenBatchNorm: FrozenBatchNorm
}

/**
 * Which layers of the trunk do not learn. The head always learns. Immutable; equal policies have equal fields, and two
 * predicates are equal where they are the same function.
 *
 * @typeParam Group The groups it names: it fits the networks that have them all, and every network if it names none.
 */
export class FreezePolicy<Group extends LayerGroup = LayerGroup> implements PolicyFields<Group> {
  readonly kind: PolicyFields<Group>['kind']
  /** Layers of the trunk that learn, with 'allButLast'; else null. */
  readonly layers: number | null
  /** The last frozen group, with 'upTo'; else null. */
  readonly group: Group | null
  /** With 'where'; else null. */
  readonly predicate: LayerPredicate | null
  readonly frozenBatchNorm: FrozenBatchNorm

  /** Use {@link freeze}. */
  constructor({ kind, layers, group, predicate, frozenBatchNorm }: PolicyFields<Group>) {
    this.kind = kind
    this.layers = layers
    this.group = group
    this.predicate = predicate
    this.frozenBatchNorm = frozenBatchNorm
    Object.freeze(this)
  }

  /** This policy as a stage of so many epochs, at least 1. */
  forEpochs(epochs: number): FreezeStage<Group> {
    return new FreezeStage(this, check.integer('epochs', epochs, 1))
  }
}

/** A policy for a number of epochs. Immutable. */
export class FreezeStage<Group extends LayerGroup = LayerGroup> {
  readonly policy: FreezePolicy<Group>
  readonly epochs: number

  /** Use {@link FreezePolicy.forEpochs}. */
  constructor(policy: FreezePolicy<Group>, epochs: number) {
    this.policy = policy
    this.epochs = epochs
    Object.freeze(this)
  }
}

function policyOf<Group extends LayerGroup = never>(
  kind: FreezePolicy['kind'],
  fields: Partial<PolicyFields<Group>>,
  options?: FreezeOptions,
): FreezePolicy<Group> {
  const { frozenBatchNorm = 'stored' } = check.options('freeze', options, ['frozenBatchNorm'])
  return new FreezePolicy<Group>({
    layers: null,
    group: null,
    predicate: null,
    ...fields,
    kind,
    frozenBatchNorm: check.oneOf('frozenBatchNorm', frozenBatchNorm, ['stored', 'batch']),
  })
}

const NOTHING = policyOf('nothing', {})

/**
 * Policies of freezing. A frozen layer has no gradient, so it neither moves nor decays, and a frozen batch
 * norm keeps its statistics unless {@link FreezeOptions} say otherwise. A layer is a module with parameters of its own
 * (convolution, batch norm, linear), in the order of PyTorch's named_modules().
 *
 * @example freeze.trunk().forEpochs(3), freeze.allButLast(15)
 */
export const freeze = Object.freeze({
  /** All layers learn. It takes no options, as no batch norm is frozen. */
  nothing: (): FreezePolicy<never> => NOTHING,

  /** Only the head learns. */
  trunk: (options?: FreezeOptions): FreezePolicy<never> => policyOf('trunk', {}, options),

  /** The head and the last `layers` layers of the trunk learn; at least 1. */
  allButLast: (layers: number, options?: FreezeOptions): FreezePolicy<never> =>
    policyOf('allButLast', { layers: check.integer('layers', layers, 1) }, options),

  /**
   * From the input to the end of this group of the trunk nothing learns; what follows does. Each network has groups of
   * its own, such as 'repeat_2' of InceptionResnetV1, 'features.13' of MobileNetV2 and 'layer3' of ResNet-50.
   *
   * @example freeze.upTo('layer3')
   */
  upTo: <const Group extends LayerGroup>(group: Group, options?: FreezeOptions): FreezePolicy<Group> =>
    policyOf('upTo', { group: check.string('group', group) as Group }, options),

  /**
   * The layers of the trunk for which `predicate` says true do not learn; it is asked once for each.
   *
   * @example freeze.where(({ operation }) => operation === 'batch_norm')
   */
  where: (predicate: LayerPredicate, options?: FreezeOptions): FreezePolicy<never> => {
    if (typeof predicate === 'function') return policyOf('where', { predicate }, options)
    throw new TypeError(check.expected('a function of a layer', 'predicate', predicate))
  },
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
export function policyName({ kind, layers, group }: FreezePolicy): string {
  if (kind === 'nothing') return 'all layers learn'
  if (kind === 'trunk') return 'trunk frozen'
  if (kind === 'upTo') return `frozen up to ${group}`
  if (kind === 'where') return 'chosen layers frozen'
  return layers === 1 ? 'last layer of the trunk learns' : `last ${layers} layers of the trunk learn`
}

/**
 * The names of the layers that learn, in the network's order.
 *
 * @throws RangeError where the policy names more layers than the trunk has, or a group that it lacks.
 * @throws TypeError where a predicate answers neither true nor false.
 */
export function resolveTrainable(policy: FreezePolicy, description: NetworkDescription): string[] {
  const frozen = frozenLayers(policy, trunkLayers(description))
  return description.layers.map(({ name }) => name).filter((name) => !frozen.has(name))
}

function frozenLayers(
  { kind, layers, group, predicate }: FreezePolicy,
  trunk: readonly TrunkLayer[],
): Set<string> {
  const first = (count: number) => new Set(trunk.slice(0, count).map(({ name }) => name))
  if (kind === 'nothing') return first(0)
  if (kind === 'trunk') return first(trunk.length)
  if (kind === 'upTo') return first(endOf(group as LayerGroup, trunk))
  if (kind === 'where') return chosen(predicate as LayerPredicate, trunk)
  return first(trunk.length - checkLayers(layers as number, trunk.length))
}

/** How many layers the trunk has up to and including a group. */
function endOf(group: LayerGroup, trunk: readonly TrunkLayer[]): number {
  const last = trunk.findLast((layer) => layer.group === group)
  if (last !== undefined) return last.index + 1
  const groups = [...new Set(trunk.map((layer) => `'${layer.group}'`))]
  throw new RangeError(check.expected(`one of ${groups.join(', ')}`, 'group', group))
}

function chosen(predicate: LayerPredicate, trunk: readonly TrunkLayer[]): Set<string> {
  const frozen = trunk.filter((layer) => check.boolean(`predicate of layer ${layer.name}`, predicate(layer)))
  return new Set(frozen.map(({ name }) => name))
}

function checkLayers(layers: number, most: number): number {
  if (layers <= most) return layers
  throw new RangeError(
    `Expected at most ${most} layers, all that the trunk has, for layers but received ${layers}`,
  )
}
