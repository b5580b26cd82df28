// The part of the native surface that tells how a network learns: what its loss is, and how an update follows from it.

/** An optimizer, resolved. */
export type OptimizerSpec =
  /** Adam adds weightDecay * w to the gradient; AdamW multiplies w by 1 - learningRate * weightDecay. */
  | { kind: 'adam' | 'adamw'; beta1: number; beta2: number; epsilon: number; weightDecay: number }
  | { kind: 'sgd'; momentum: number; nesterov: boolean; weightDecay: number }

interface CrossEntropy {
  labelSmoothing: number
  classWeights: readonly number[] | null // by class; null: all 1
}

export type LossSpec =
  | ({ kind: 'cross_entropy' } & CrossEntropy)
  /** Training takes `margin` from the angle (in radians) or the cosine of each label; a cosine head alone has these. */
  | ({ kind: 'arc_face' | 'cos_face'; margin: number } & CrossEntropy)
