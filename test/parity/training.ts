// What the goldens of trainings share: their fields, and following their steps.
import * as check from '../../lib/check.js'
import type { NetworkDescription } from '../../lib/native/index.js'
import { type Check, type Context, normError, type Precision, within } from './check.js'
import { checkLosses } from './losses.js'
import {
  type Learning,
  type NetworkGolden,
  networks,
  type OptimizerGolden,
  ReferenceNetwork,
} from './network.js'
import { type Fields, fields, headWidths, imageShape, integers, numbers } from './read.js'

export interface TrainingGolden extends NetworkGolden {
  readonly labels: number[]
  readonly optimizer: OptimizerGolden
  readonly frozenBatchNorm: Learning['frozenBatchNorm']
  readonly losses: number[]
  readonly evalLogitsAfter: number[]
}

/** Steps in which the same layers learn. */
export interface Stage {
  readonly steps: number
  readonly trainableParameters: number
  learning(description: NetworkDescription): Learning
}

/** Compared in float32: in the steps after them small differences have grown too much. */
const FLOAT32_STEPS = 3
const LOGITS_TOLERANCE = 1e-6 // in float64, the only precision whose logits after the steps are compared

export function readTraining(golden: Fields, steps: number): TrainingGolden {
  const input = imageShape('input', golden.input)
  const [images = 0] = input
  const classes = check.integer('classes', golden.classes, 2)
  const label = (name: string, value: unknown) => check.integer(name, value, 0, classes - 1)
  const batchNorm = check.oneOf('batchNorm', golden.batchNorm, ['frozen', 'train'])
  return {
    model: check.oneOf('model', golden.model, Object.keys(networks)),
    seed: check.integer('seed', golden.seed, 0),
    input,
    head: headWidths('head', golden.head),
    classes,
    labels: integers('labels', golden.labels, 0, images).map((one, i) => label(`labels[${i}]`, one)),
    optimizer: readOptimizer(golden.optimizer),
    frozenBatchNorm: batchNorm === 'frozen' ? 'stored' : 'batch',
    losses: numbers('losses', golden.losses, steps),
    evalLogitsAfter: numbers('evalLogitsAfter', golden.evalLogitsAfter, images * classes),
  }
}

function readOptimizer(value: unknown): OptimizerGolden {
  const optimizer = fields('optimizer', value)
  return {
    kind: check.oneOf('optimizer.kind', optimizer.kind, ['adam', 'adamw', 'sgd']),
    lr: check.number('optimizer.lr', optimizer.lr, 0),
    weightDecay: check.number('optimizer.weightDecay', optimizer.weightDecay, 0),
    labelSmoothing: check.number('optimizer.labelSmoothing', optimizer.labelSmoothing, 0, 1),
  }
}

/** Follows the golden's steps: what learns, the losses, and in float64 the logits afterwards. */
export async function checkTraining(
  golden: TrainingGolden,
  stages: readonly Stage[],
  context: Context,
): Promise<Check[]> {
  const { precision } = context
  const steps = precision === 'float32' ? FLOAT32_STEPS : golden.losses.length
  const { learning, losses, logits } = await follow(golden, stages, steps, context)
  const again = async (draw: number | null) =>
    (await follow(golden, stages, steps, { ...context, precision: 'float64' }, draw)).losses
  const checks = [
    checkLearning(stages, learning, precision),
    await checkLosses(losses, golden.losses.slice(0, steps), precision, again),
  ]
  if (precision === 'float64') {
    checks.push(
      within('evalLogitsAfter', precision, normError(logits, golden.evalLogitsAfter), LOGITS_TOLERANCE),
    )
  }
  return checks
}

/** The stage whose number of learning parameters differs most. */
function checkLearning(stages: readonly Stage[], learning: readonly number[], precision: Precision): Check {
  const errors = stages.map(({ trainableParameters }, i) =>
    Math.abs((learning[i] ?? Number.NaN) - trainableParameters),
  )
  return within('trainableParameters', precision, Math.max(...errors), 0)
}

interface Followed {
  readonly learning: readonly number[] // parameters that learn, by stage
  readonly losses: readonly number[]
  readonly logits: ArrayLike<number> // after all steps; none where some are left out
}

/** Makes the first `most` steps; the stages behind them are set without a step. */
function follow(
  golden: TrainingGolden,
  stages: readonly Stage[],
  most: number,
  context: Context,
  draw: number | null = null,
): Promise<Followed> {
  const followed = (network: ReferenceNetwork) =>
    network.train(golden.labels, golden.optimizer, async (training) => {
      const learning: number[] = []
      const losses: number[] = []
      for (const stage of stages) {
        const { trainableParameters } = await training.setStage(stage.learning(network.description))
        learning.push(trainableParameters)
        for (let step = 0; step < stage.steps && losses.length < most; step++) {
          losses.push(await training.step())
        }
      }
      const [logits] = most < golden.losses.length ? [] : await network.forward(['logits'])
      return { learning, losses, logits: logits?.data ?? [] }
    })
  return ReferenceNetwork.use(golden, context, followed, draw)
}
