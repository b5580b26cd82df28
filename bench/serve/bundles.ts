// A network whose answers tell photographs apart, and what it says of each of them alone.

import { Predictor } from '../../lib/index.js'
import { packPhotographs } from '../../lib/inference/photograph.js'
import { saveBundle } from '../../lib/model/index.js'
import {
  type ArchitectureName,
  type HeadSpec,
  type NativeModel,
  type NativePixelPack,
  native,
  nativeCall,
} from '../../lib/native/index.js'
import { byLabel, CLASSES, distance, type Expected } from './fingerprint.js'

/** Standard deviation of each logit over the photographs: enough that each photograph has probabilities of its own. */
const SPREAD = 2
/** Photographs that are computed at once. */
const BATCH = 16

export interface NetworkChoice {
  readonly architecture: ArchitectureName
  /** Pixels a side. */
  readonly size: number
}

/** Random weights but for the last layer, which is scaled and shifted until its logits spread over these photographs. */
export async function saveDistinctiveBundle(
  path: string,
  { architecture, size }: NetworkChoice,
  photographs: readonly Buffer[],
): Promise<void> {
  const head: HeadSpec = { kind: 'mlp', classes: CLASSES.length, hidden: [], activation: 'relu', dropout: 0 }
  const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
  const spec = {
    network: { architecture, head },
    normalisation,
    precision: 'float32',
    device: 'cpu',
    seed: 1,
  } as const
  const model = await nativeCall(native().createModel(spec))
  try {
    const logits = await logitsOf(model, photographs, size)
    const state = await model.state()
    const floats = (name: string): Float32Array => {
      const data = state.find((tensor) => tensor.name === name)?.data as Uint8Array
      return new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4)
    }
    const [weight, bias] = [floats('head.0.weight'), floats('head.0.bias')]
    const features = weight.length / bias.length
    for (let label = 0; label < CLASSES.length; label++) {
      const values = logits.map((row) => row[label] as number)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
      const scale = SPREAD / deviation
      for (let i = label * features; i < (label + 1) * features; i++)
        weight[i] = (weight[i] as number) * scale
      bias[label] = ((bias[label] as number) - mean) * scale
    }
    const metadata = { architecture, head, classes: CLASSES, inputSize: size, normalisation }
    await saveBundle(path, state, { ...metadata, metrics: {}, recipe: null, versions: {} })
  } finally {
    model.close()
  }
}

/** What the bundle says of each photograph, asked one at a time. */
export async function expectedOf(bundle: string, photographs: readonly Buffer[]): Promise<Expected> {
  const predictor = await Predictor.open(bundle)
  try {
    const probabilities: number[][] = []
    for (const photograph of photographs) {
      const candidates = await predictor.classify(photograph, { top: CLASSES.length })
      probabilities.push(byLabel(candidates))
    }
    const halfGaps = probabilities.map((one, place) => {
      const others = probabilities.filter((_, other) => other !== place)
      return Math.min(...others.map((other) => distance(one, other))) / 2
    })
    return { probabilities, halfGaps }
  } finally {
    await predictor.close()
  }
}

async function logitsOf(
  model: NativeModel,
  photographs: readonly Buffer[],
  size: number,
): Promise<number[][]> {
  const rows: number[][] = []
  for (let start = 0; start < photographs.length; start += BATCH) {
    const { packs } = await packPhotographs(photographs.slice(start, start + BATCH), [size])
    const pixels = packs[0] as NativePixelPack
    const indices = Int32Array.from({ length: pixels.count }, (_, record) => record)
    const batch = { kind: 'pack', pack: pixels, indices, samples: null } as const
    const [logits] = await nativeCall(model.forward({ batch, outputs: ['logits'], flip: false }))
    const data = [...(logits?.data ?? [])]
    for (let row = 0; row < pixels.count; row++)
      rows.push(data.slice(row * CLASSES.length, (row + 1) * CLASSES.length))
    pixels.close()
  }
  return rows
}
