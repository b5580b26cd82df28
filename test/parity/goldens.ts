// The golden files of the networks: their shape, and how they are read.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../fixtures/goldens/', import.meta.url))

export interface ForwardGolden {
  model: string
  seed: number
  input: number[]
  logits: number[]
  embedding?: number[] // of networks that have one of their own
  stages: Record<string, { shape: number[]; mean: number; std: number; absmax: number }>
  parameters: number
  state_dict: Record<string, number[]>
}

export interface TrainGolden {
  model: string
  seed: number
  input: number[]
  labels: number[]
  classes: number
  head: number[] | null
  optimizer: { kind: 'adam' | 'adamw' | 'sgd'; lr: number; weightDecay: number; labelSmoothing: number }
  losses: number[]
  evalLogitsAfter: number[]
}

export interface TrainStepsGolden extends TrainGolden {
  trainable: string[] | null
  steps: number
  trainableParameters: number
}

export interface StagedGolden extends TrainGolden {
  stages: {
    policy: 'trunk' | { allButLast: number }
    steps: number
    trainable: string[]
    trainableParameters: number
  }[]
}

export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as T
}

/** ||out - reference|| / ||reference|| */
export function normError(out: ArrayLike<number>, reference: readonly number[]): number {
  let difference = 0
  let norm = 0
  reference.forEach((value, i) => {
    difference += ((out[i] ?? Number.NaN) - value) ** 2
    norm += value ** 2
  })
  return Math.sqrt(difference / norm)
}

export function worstRelative(out: readonly number[], reference: readonly number[]): number {
  return Math.max(...reference.map((value, i) => Math.abs((out[i] ?? Number.NaN) - value) / Math.abs(value)))
}
