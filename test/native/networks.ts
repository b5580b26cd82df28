// One network each, small enough for tests: the least that shows what all networks must do.
import { ARCHITECTURE_NAMES, architectures } from '../../lib/model/index.js'
import type {
  ArchitectureName,
  BatchSpec,
  HeadSpec,
  ModelSpec,
  NativeModel,
  NativeTrainer,
  NormalisationSpec,
  OptimizerSpec,
  Precision,
  StateTensor,
  TrainerSpec,
} from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { device } from './device.js'

export const NETWORKS = ARCHITECTURE_NAMES

/** Pixels a side at which a network's last stage still sees more than one pixel. */
export const sizeOf: Readonly<Record<ArchitectureName, number>> = {
  inceptionResnetV1: 96,
  mobilenetV2: 64,
  resnet50: 64,
}

export const CLASSES = 4

export function specOf(
  architecture: ArchitectureName,
  given: { precision?: Precision; head?: HeadSpec } = {},
) {
  const { precision = 'float32', head = { kind: 'classifier', classes: CLASSES, dropout: 0 } } = given
  const { normalisation } = architectures[architecture]
  const spec: ModelSpec = {
    network: { architecture, head },
    normalisation,
    precision,
    device,
    seed: 5,
  }
  return spec
}

export const sgd: OptimizerSpec = { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0 }

export function trainer(model: NativeModel, given: Partial<TrainerSpec> = {}): Promise<NativeTrainer> {
  const loss = { kind: 'cross_entropy', labelSmoothing: 0, classWeights: null } as const
  const spec = {
    model,
    optimizer: sgd,
    loss,
    augmentation: null,
    clipNorm: null,
    averageDecay: null,
    seed: 1,
  }
  return native('training').createTrainer({ ...spec, ...given })
}

/** Uniform draws in [0, 1), the same in every process. */
function uniform(): () => number {
  let state = 99
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function batchOf(count: number, height: number, width: number, pixel: Pixel): BatchSpec {
  const shape = [count, 3, height, width]
  const data = new Float32Array(count * 3 * height * width)
  let i = 0
  for (let plane = 0; plane < count * 3; plane++) {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) data[i++] = pixel(plane, y / height, x / width)
  }
  return { kind: 'tensor', data, shape }
}

/** A value in [-1, 1]; x and y are shares of the photograph's sides. */
type Pixel = (plane: number, y: number, x: number) => number

/** Photographs of noise. */
export function noiseBatch(count: number, height: number, width = height): BatchSpec {
  const draw = uniform()
  return batchOf(count, height, width, () => 2 * draw() - 1)
}

/** Photographs that can be told apart: each channel is a wave of its own direction, length and phase. */
export function wavesBatch(count: number, size: number): BatchSpec {
  const draw = uniform()
  const waves = Array.from({ length: count * 3 }, () => [20 * draw() - 10, 20 * draw() - 10, 7 * draw()])
  return batchOf(count, size, size, (plane, y, x) => {
    const [down, right, phase] = waves[plane] as [number, number, number]
    return Math.sin(down * y + right * x + phase)
  })
}

/** Photographs of bytes, pixel by pixel, as the values of a tensor, channel by channel. */
export function normalised(
  bytes: Uint8Array,
  size: number,
  { mean, std }: NormalisationSpec,
): Float64Array<ArrayBuffer> {
  const values = new Float64Array(bytes.length)
  for (const [i, byte] of bytes.entries()) {
    const [pixel, c] = [Math.floor(i / 3), i % 3]
    const place = Math.floor(pixel / size ** 2) * 3 * size ** 2 + c * size ** 2 + (pixel % size ** 2)
    values[place] = (byte / 255 - (mean[c] as number)) / (std[c] as number)
  }
  return values
}

export const cyclingLabels = (count: number) => Int32Array.from({ length: count }, (_, i) => i % CLASSES)

export function floatsOf({ dtype, data }: StateTensor): Float64Array {
  const bytes = data.slice().buffer // aligned
  if (dtype === 'int64') return Float64Array.from(new BigInt64Array(bytes), Number)
  return dtype === 'float64' ? new Float64Array(bytes) : Float64Array.from(new Float32Array(bytes))
}

/** Names of the tensors that differ between two states of one network. */
export function moved(before: readonly StateTensor[], after: readonly StateTensor[]): string[] {
  return after
    .filter((tensor, i) => Buffer.compare(tensor.data, before[i]?.data ?? tensor.data) !== 0)
    .map(({ name }) => name)
}
