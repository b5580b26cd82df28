// Full-batch steps with the layers of some name prefixes learning.
import * as check from '../../lib/check.js'
import type { NetworkDescription } from '../../lib/native/index.js'
import type { Check, Context } from './check.js'
import type { Learning } from './network.js'
import { fields, strings } from './read.js'
import { checkTraining, readTraining, type TrainingGolden } from './training.js'

export interface TrainGolden extends TrainingGolden {
  readonly steps: number
  readonly trainable: readonly string[] | null // name prefixes; null: all layers
  readonly trainableParameters: number
}

export function readTrain(value: unknown): TrainGolden {
  const golden = fields('golden', value)
  const steps = check.integer('steps', golden.steps, 1)
  return {
    ...readTraining(golden, steps),
    steps,
    trainable: golden.trainable === null ? null : strings('trainable', golden.trainable),
    trainableParameters: check.integer('trainableParameters', golden.trainableParameters, 1),
  }
}

export function checkTrain(golden: TrainGolden, context: Context): Promise<Check[]> {
  const { steps, trainableParameters } = golden
  const learning = (description: NetworkDescription) => learningOf(golden, description)
  return checkTraining(golden, [{ steps, trainableParameters, learning }], context)
}

/** Prefixes match whole name parts: `layer1` is not `layer10`. */
function learningOf({ trainable, frozenBatchNorm }: TrainGolden, { layers }: NetworkDescription): Learning {
  const names = layers.map(({ name }) => name)
  const under = (prefix: string) => names.filter((name) => `${name}.`.startsWith(`${prefix}.`))
  for (const prefix of trainable ?? []) {
    if (under(prefix).length === 0)
      throw new RangeError(check.expected('the beginning of a layer of the network', 'trainable', prefix))
  }
  const chosen = new Set(trainable === null ? names : trainable.flatMap(under))
  return { layers: names.filter((name) => chosen.has(name)), frozenBatchNorm }
}
