// Stages of freezing under one optimizer: what each policy stands for, and the steps through all of them.
import * as check from '../../lib/check.js'
import { freeze, resolveTrainable } from '../../lib/model/index.js'
import type { NetworkDescription } from '../../lib/native/index.js'
import { type Check, type Context, identical } from './check.js'
import type { Learning } from './network.js'
import { fields, list, strings } from './read.js'
import { checkTraining, readTraining, type Stage, type TrainingGolden } from './training.js'

interface StagedStage {
  readonly policy: 'trunk' | { readonly allButLast: number }
  readonly steps: number
  readonly trainable: readonly string[] // parameters
  readonly trainableParameters: number
}

export interface StagedGolden extends TrainingGolden {
  readonly stages: readonly StagedStage[]
}

export function readStaged(value: unknown): StagedGolden {
  const golden = fields('golden', value)
  const stages = list('stages', golden.stages, readStage)
  const steps = stages.reduce((sum, stage) => sum + stage.steps, 0)
  return { ...readTraining(golden, steps), stages }
}

function readStage(name: string, value: unknown): StagedStage {
  const stage = fields(name, value)
  return {
    policy: readPolicy(`${name}.policy`, stage.policy),
    steps: check.integer(`${name}.steps`, stage.steps, 1),
    trainable: strings(`${name}.trainable`, stage.trainable),
    trainableParameters: check.integer(`${name}.trainableParameters`, stage.trainableParameters, 1),
  }
}

function readPolicy(name: string, value: unknown): StagedStage['policy'] {
  if (typeof value === 'string') return check.oneOf(name, value, ['trunk'])
  return { allButLast: check.integer(`${name}.allButLast`, fields(name, value).allButLast, 1) }
}

export async function checkStaged(golden: StagedGolden, context: Context): Promise<Check[]> {
  const names: string[][] = []
  const stages = golden.stages.map(({ policy, steps, trainableParameters }, index): Stage => {
    const learning = (description: NetworkDescription): Learning => {
      const { frozenBatchNorm } = golden
      const frozen =
        policy === 'trunk'
          ? freeze.trunk({ frozenBatchNorm })
          : freeze.allButLast(policy.allButLast, { frozenBatchNorm })
      const layers = resolveTrainable(frozen, description)
      names[index] = parametersOf(layers, description)
      return { layers, frozenBatchNorm: frozen.frozenBatchNorm }
    }
    return { steps, trainableParameters, learning }
  })
  const checks = await checkTraining(golden, stages, context)
  const inStages = (lists: readonly (readonly string[])[]) =>
    lists.flatMap((stage, index) => stage.map((name) => `${name} in stage ${index + 1}`))
  const reference = golden.stages.map(({ trainable }) => trainable)
  return [identical('trainable', context.precision, inStages(names), inStages(reference)), ...checks]
}

function parametersOf(layers: readonly string[], description: NetworkDescription): string[] {
  return description.layers
    .filter(({ name }) => layers.includes(name))
    .flatMap(({ parameters }) => parameters)
}
