// What follows the trunk: the report's layers, or the network's own classifier.

import * as check from '../check.js'
import type { Activation, ArchitectureName, HeadSpec } from '../native/index.js'
import { architectures } from './architectures.js'

export interface MlpHeadOptions {
  /**
   * Features of each dense layer before the last. `[]` leaves one linear layer on the pooled features,
   * without dropout. Defaults to [1024, 512].
   */
  hidden?: readonly number[]
  /** After each of these layers. 'leaky_relu' has the slope 0.01. Defaults to 'leaky_relu'. */
  activation?: Activation
  /** After each activation, in [0, 1). Defaults to 0.5. */
  dropout?: number
}

export interface ClassifierHeadOptions {
  /** Before the classifier, in [0, 1). Defaults to what the network's authors took. */
  dropout?: number
}

/** A head before the number of classes and the network are known. */
export type Head =
  | {
      readonly kind: 'mlp'
      readonly hidden: readonly number[]
      readonly activation: Activation
      readonly dropout: number
    }
  /** null: what the network's authors took. */
  | { readonly kind: 'classifier'; readonly dropout: number | null }

const ACTIVATIONS = ['leaky_relu', 'relu'] as const
const HIDDEN_LIMIT = 16
const WIDTH_LIMIT = 65_536
const CLASSES_LIMIT = 10_000_000

/** The report's head: dense layers, each with an activation and dropout, then the logits. */
export function mlpHead(options?: MlpHeadOptions): Head {
  const {
    hidden = [1024, 512],
    activation = 'leaky_relu',
    dropout = 0.5,
  } = check.options('head', options, ['hidden', 'activation', 'dropout'])
  return Object.freeze({
    kind: 'mlp',
    hidden: Object.freeze(checkHidden('head.hidden', hidden)),
    activation: check.oneOf('head.activation', activation, ACTIVATIONS),
    dropout: checkDropout('head.dropout', dropout),
  })
}

/** The network's own classifier under its own names, so that a checkpoint of the same classes fits whole. */
export function classifierHead(options?: ClassifierHeadOptions): Head {
  const { dropout } = check.options('head', options, ['dropout'])
  return Object.freeze({
    kind: 'classifier',
    dropout: dropout === undefined ? null : checkDropout('head.dropout', dropout),
  })
}

/** The head of a network with this many classes, every value decided. */
export function headSpec(head: Head, architecture: ArchitectureName, classes: number): HeadSpec {
  check.integer('classes', classes, 2, CLASSES_LIMIT)
  if (head.kind === 'mlp') return { ...head, classes, hidden: [...head.hidden] }
  return {
    kind: 'classifier',
    classes,
    dropout: head.dropout ?? architectures[architecture].classifierDropout,
  }
}

/** Checks a head that came from a file. */
export function checkHeadSpec(name: string, value: unknown): HeadSpec {
  if (typeof value !== 'object' || value === null)
    throw new TypeError(check.expected('an object', name, value))
  const { kind, classes, dropout, hidden, activation } = value as Record<string, unknown>
  const shared = {
    classes: check.integer(`${name}.classes`, classes, 2, CLASSES_LIMIT),
    dropout: checkDropout(`${name}.dropout`, dropout),
  }
  if (check.oneOf(`${name}.kind`, kind, ['mlp', 'classifier']) === 'classifier')
    return { kind: 'classifier', ...shared }
  return {
    kind: 'mlp',
    ...shared,
    hidden: checkHidden(`${name}.hidden`, hidden),
    activation: check.oneOf(`${name}.activation`, activation, ACTIVATIONS),
  }
}

function checkHidden(name: string, hidden: unknown): number[] {
  if (!Array.isArray(hidden)) throw new TypeError(check.expected('an array of layer widths', name, hidden))
  if (hidden.length > HIDDEN_LIMIT)
    throw new RangeError(check.expected(`at most ${HIDDEN_LIMIT} widths`, name, hidden))
  return hidden.map((width, index) => check.integer(`${name}[${index}]`, width, 1, WIDTH_LIMIT))
}

function checkDropout(name: string, value: unknown): number {
  const dropout = check.number(name, value, 0, 1)
  if (dropout === 1) throw new RangeError(check.expected('a number below 1', name, dropout))
  return dropout
}
