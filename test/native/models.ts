// Small native objects for tests of the border.
import type {
  AugmentationSpec,
  ModelSpec,
  NativeModel,
  NativeTrainer,
  StageSpec,
  TrainerSpec,
} from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { device } from './device.js'

export const modelSpec: ModelSpec = {
  network: { architecture: 'inceptionResnetV1', head: { kind: 'classifier', classes: 4, dropout: 0.4 } },
  normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  precision: 'float32',
  device,
  seed: 7,
}

export const augmentation: AugmentationSpec = {
  flip: 0.5,
  rotation: { degrees: 10, interpolation: 'bilinear' },
  brightness: 0.2,
  contrast: 0.2,
  saturation: 0,
  crop: { scale: [0.5, 1], ratio: [0.75, 4 / 3] },
  erasing: null,
  mixup: null,
  cutmix: null,
}

/** All that can be asked for; something is erased of every photograph, and every batch is mixed. */
export const everything: AugmentationSpec = {
  ...augmentation,
  saturation: 0.2,
  erasing: { probability: 1, scale: [0.1, 0.3], ratio: [0.5, 2], fill: 'noise' },
  mixup: { alpha: 0.2, probability: 1 },
  cutmix: { alpha: 1, probability: 1 },
}

export function trainerSpec(model: NativeModel): TrainerSpec {
  return {
    model,
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4 },
    loss: { kind: 'cross_entropy', labelSmoothing: 0.1, classWeights: null },
    augmentation,
    clipNorm: null,
    averageDecay: null,
    seed: 3,
  }
}

/** Photographs of noise, the same in every run: count x size x size x 3 bytes. */
export function noise(count: number, size: number): Uint8Array {
  const bytes = new Uint8Array(count * size * size * 3)
  let state = 12345
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    bytes[i] = state >>> 16
  }
  return bytes
}

export const imageSize = 80

export function pixelBatch(count: number) {
  return {
    kind: 'pixels',
    data: noise(count, imageSize),
    count,
    height: imageSize,
    width: imageSize,
  } as const
}

export async function trainerOf(
  spec: Partial<TrainerSpec> = {},
): Promise<{ model: NativeModel; trainer: NativeTrainer; layers: string[] }> {
  const model = await native().createModel(modelSpec)
  const trainer = await native().createTrainer({ ...trainerSpec(model), ...spec })
  return { model, trainer, layers: model.description.layers.map((layer) => layer.name) }
}

/** These layers learn, at the step's own rate. */
export function stageSpec(
  layers: readonly string[],
  frozenBatchNorm: StageSpec['frozenBatchNorm'] = 'stored',
): StageSpec {
  return { groups: [{ layers, rateFactor: 1 }], frozenBatchNorm, imageSize, batchSize: 4 }
}

export function stepSpec(step: number, count = 4) {
  const labels = Int32Array.from({ length: count }, (_, i) => i % 4)
  return { batches: [{ batch: pixelBatch(count), labels }], epoch: 0, step, learningRate: 1e-3 }
}
