// What follows the trunk: the report's layers, the network's own classifier, cosines to the identities, or an embedding.

import * as check from '../check.js'
import type { Activation, ArchitectureName, HeadSpec } from '../native/index.js'
import { architectures } from './architectures.js'

/** Of `FaceClassifier.head()`. */
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

/** Of `FaceClassifier.linearHead()`. */
export interface ClassifierHeadOptions {
  /** Before the classifier, in [0, 1). Defaults to what the network's authors took. */
  dropout?: number
}

/** Of `FaceClassifier.cosineHead()`. */
export interface CosineHeadOptions {
  /**
   * What the cosines are multiplied by to become logits, between 1 and 1000. The larger, the less the angles must differ for
   * a sure answer: at 30, of 7,000 identities, one whose cosine is 0.5 above all others' has a probability of 0.998. The
   * papers take 64 for millions of photographs. Defaults to 30.
   */
  scale?: number
  /** Before the embedding, in [0, 1). Defaults to what the network's authors took before their classifier. */
  dropout?: number
  /**
   * Features of a linear layer and a batch norm on the pooled features, as the ArcFace paper has 512, for ResNet-50 and
   * MobileNetV2: InceptionResnetV1 has its own 512. Defaults to none: the pooled features are the embedding.
   */
  embedding?: number
}

/** Of `FaceClassifier.embeddingHead()`. */
export interface EmbeddingHeadOptions {
  /** Before the embedding, in [0, 1). Defaults to what the network's authors took. */
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
  | {
      readonly kind: 'cosine'
      readonly scale: number
      /** null: what the network's authors took. */
      readonly dropout: number | null
      /** null: the pooled features, or the network's own embedding. */
      readonly embedding: number | null
    }
  /** null: what the network's authors took. */
  | { readonly kind: 'classifier' | 'embedding'; readonly dropout: number | null }

const ACTIVATIONS = ['leaky_relu', 'relu'] as const
const HIDDEN_LIMIT = 16
const WIDTH_LIMIT = 65_536
const CLASSES_LIMIT = 10_000_000
const SMALLEST_SCALE = 1
const LARGEST_SCALE = 1000

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
  return ownHead('classifier', options)
}

/** Logits that are `scale` times the cosines between an embedding and a weight of each class, without bias. */
export function cosineHead(options?: CosineHeadOptions): Head {
  const known = ['scale', 'dropout', 'embedding'] as const
  const { scale = 30, dropout, embedding } = check.options('head', options, known)
  return Object.freeze({
    kind: 'cosine',
    scale: checkScale('head.scale', scale),
    dropout: dropout === undefined ? null : checkDropout('head.dropout', dropout),
    embedding: embedding === undefined ? null : checkWidth('head.embedding', embedding),
  })
}

/** InceptionResnetV1's own head without the logits: dropout, a linear layer to 512 features, a batch norm. */
export function embeddingHead(options?: EmbeddingHeadOptions): Head {
  return ownHead('embedding', options)
}

function ownHead(kind: 'classifier' | 'embedding', options: ClassifierHeadOptions | undefined): Head {
  const { dropout } = check.options('head', options, ['dropout'])
  return Object.freeze({
    kind,
    dropout: dropout === undefined ? null : checkDropout('head.dropout', dropout),
  })
}

/** The head of a network with this many classes, every value decided. */
export function headSpec(head: Head, architecture: ArchitectureName, classes: number): HeadSpec {
  if (head.kind !== 'embedding') check.integer('classes', classes, 2, CLASSES_LIMIT)
  if (head.kind === 'mlp') return { ...head, classes, hidden: [...head.hidden] }
  const dropout = head.dropout ?? architectures[architecture].classifierDropout
  if (head.kind === 'cosine')
    return { ...head, classes, dropout, embedding: checkEmbedding(head, architecture) }
  return head.kind === 'classifier' ? { kind: head.kind, classes, dropout } : { kind: head.kind, dropout }
}

/** The head that a specification was made from, to be put on other classes. */
export function headOf(spec: HeadSpec): Head {
  if (spec.kind === 'cosine') {
    const { scale, dropout, embedding } = spec
    return cosineHead({ scale, dropout, ...(embedding !== null && { embedding }) })
  }
  if (spec.kind !== 'mlp') return ownHead(spec.kind, { dropout: spec.dropout })
  const { hidden, activation, dropout } = spec
  return mlpHead({ hidden, activation, dropout })
}

/** Whether the weights of one head fit the other where both have the same classes; dropout and scale have none. */
export function sameLayers(one: HeadSpec, other: HeadSpec): boolean {
  if (one.kind === 'cosine' && other.kind === 'cosine') return one.embedding === other.embedding
  if (one.kind !== 'mlp' || other.kind !== 'mlp') return one.kind === other.kind
  return one.activation === other.activation && one.hidden.join() === other.hidden.join()
}

/** Checks a head that came from a file. */
export function checkHeadSpec(name: string, value: unknown): HeadSpec {
  if (typeof value !== 'object' || value === null)
    throw new TypeError(check.expected('an object', name, value))
  const given = value as Record<string, unknown>
  const kind = check.oneOf(`${name}.kind`, given.kind, ['mlp', 'classifier', 'cosine', 'embedding'])
  const dropout = checkDropout(`${name}.dropout`, given.dropout)
  if (kind === 'embedding') return { kind, dropout }
  const classes = check.integer(`${name}.classes`, given.classes, 2, CLASSES_LIMIT)
  if (kind === 'classifier') return { kind, classes, dropout }
  if (kind === 'cosine') {
    const scale = checkScale(`${name}.scale`, given.scale)
    const embedding = given.embedding === null ? null : checkWidth(`${name}.embedding`, given.embedding)
    return { kind, classes, dropout, scale, embedding }
  }
  const { hidden, activation } = given
  return {
    kind,
    classes,
    dropout,
    hidden: checkHidden(`${name}.hidden`, hidden),
    activation: check.oneOf(`${name}.activation`, activation, ACTIVATIONS),
  }
}

function checkHidden(name: string, hidden: unknown): number[] {
  if (!Array.isArray(hidden)) throw new TypeError(check.expected('an array of layer widths', name, hidden))
  if (hidden.length > HIDDEN_LIMIT)
    throw new RangeError(check.expected(`at most ${HIDDEN_LIMIT} widths`, name, hidden))
  // Array.from visits holes, which map leaves out.
  return Array.from(hidden, (width, index) => checkWidth(`${name}[${index}]`, width))
}

function checkWidth(name: string, width: unknown): number {
  return check.integer(name, width, 1, WIDTH_LIMIT)
}

function checkScale(name: string, scale: unknown): number {
  return check.number(name, scale, SMALLEST_SCALE, LARGEST_SCALE)
}

function checkEmbedding(
  { embedding }: Extract<Head, { kind: 'cosine' }>,
  architecture: ArchitectureName,
): number | null {
  if (embedding === null || architecture !== 'inceptionResnetV1') return embedding
  const what = 'none, as InceptionResnetV1 has an embedding of its own,'
  throw new RangeError(check.expected(what, 'head.embedding', embedding))
}

function checkDropout(name: string, value: unknown): number {
  const dropout = check.number(name, value, 0, 1)
  if (dropout === 1) throw new RangeError(check.expected('a number below 1', name, dropout))
  return dropout
}
