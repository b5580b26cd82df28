// Optimizers as values: what a person chose, with every default filled in.

import * as check from '../check.js'
import type { OptimizerSpec } from '../native/index.js'

/** An optimizer and its settings, made by {@link adam}, {@link adamW} or {@link sgd}. Immutable. */
export interface Optimizer {
  readonly kind: OptimizerSpec['kind']
  /** The rate that the schedule starts from. */
  readonly learningRate: number
  readonly spec: Readonly<OptimizerSpec>
}

/** Of `adam()` and `adamW()`. */
export interface AdamOptions {
  /** At least 0. Defaults to 1e-3. */
  learningRate?: number
  /** Decay rates of the two moments, each in [0, 1). Defaults to [0.9, 0.999]. */
  betas?: readonly [number, number]
  /** Added to the denominator, at least 0. Defaults to 1e-8. */
  epsilon?: number
  /** At least 0. Defaults to 0 for {@link adam} and 1e-2 for {@link adamW}. */
  weightDecay?: number
}

/** Of `sgd()`. */
export interface SgdOptions {
  /** At least 0. Defaults to 1e-3. */
  learningRate?: number
  /** At least 0. Defaults to 0. */
  momentum?: number
  /** Nesterov's momentum, which needs a momentum above 0. Defaults to false. */
  nesterov?: boolean
  /** Adds weightDecay * w to the gradient; at least 0. Defaults to 0. */
  weightDecay?: number
}

/**
 * Adam; its weight decay adds weightDecay * w to the gradient, as PyTorch's does.
 *
 * @throws TypeError or RangeError for a setting of another type or outside its range.
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", 2015
 */
export function adam(options?: AdamOptions): Optimizer {
  return adamOfKind('adam', options, 0)
}

/**
 * Adam with decoupled weight decay: each step first multiplies w by 1 - learningRate * weightDecay.
 *
 * @throws TypeError or RangeError for a setting of another type or outside its range.
 * @see Loshchilov and Hutter, "Decoupled weight decay regularization", 2019
 */
export function adamW(options?: AdamOptions): Optimizer {
  return adamOfKind('adamw', options, 1e-2)
}

/**
 * Stochastic gradient descent, with momentum as PyTorch defines it.
 *
 * @throws TypeError or RangeError for a setting of another type or outside its range.
 */
export function sgd(options?: SgdOptions): Optimizer {
  const given = check.options('sgd', options, ['learningRate', 'momentum', 'nesterov', 'weightDecay'])
  const momentum = check.number('momentum', given.momentum ?? 0, 0)
  const nesterov = check.boolean('nesterov', given.nesterov ?? false)
  if (nesterov && momentum === 0) {
    throw new RangeError(check.expected('a number above 0 beside nesterov', 'momentum', momentum))
  }
  const weightDecay = check.number('weightDecay', given.weightDecay ?? 0, 0)
  return value(given.learningRate, { kind: 'sgd', momentum, nesterov, weightDecay })
}

/** Checks that a value is an optimizer; `name` is the argument's. */
export function optimizerArgument(name: string, candidate: unknown): Optimizer {
  const { learningRate, spec } = (candidate ?? {}) as Partial<Optimizer>
  if (typeof learningRate === 'number' && typeof spec?.kind === 'string') return candidate as Optimizer
  throw new TypeError(check.expected('an optimizer made by adam(), adamW() or sgd()', name, candidate))
}

function adamOfKind(
  kind: 'adam' | 'adamw',
  options: AdamOptions | undefined,
  defaultDecay: number,
): Optimizer {
  const name = kind === 'adam' ? 'adam' : 'adamW'
  const given = check.options(name, options, ['learningRate', 'betas', 'epsilon', 'weightDecay'])
  const [beta1, beta2] = betas(given.betas ?? [0.9, 0.999])
  const epsilon = check.number('epsilon', given.epsilon ?? 1e-8, 0)
  const weightDecay = check.number('weightDecay', given.weightDecay ?? defaultDecay, 0)
  return value(given.learningRate, { kind, beta1, beta2, epsilon, weightDecay })
}

function betas(given: unknown): [number, number] {
  if (!Array.isArray(given) || given.length !== 2) {
    throw new TypeError(check.expected('a pair of numbers', 'betas', given))
  }
  return [beta('betas[0]', given[0]), beta('betas[1]', given[1])]
}

function beta(name: string, given: unknown): number {
  const checked = check.number(name, given, 0, 1)
  if (checked === 1) throw new RangeError(check.expected('a number of at least 0 and below 1', name, checked))
  return checked
}

function value(learningRate: number | undefined, spec: OptimizerSpec): Optimizer {
  return Object.freeze({
    kind: spec.kind,
    learningRate: check.number('learningRate', learningRate ?? 1e-3, 0),
    spec: Object.freeze(spec),
  })
}
