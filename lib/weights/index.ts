// Weights in files.

export type { TensorDType } from './dtypes.js'
export {
  readSafetensors,
  readSafetensorsMetadata,
  type Safetensors,
  type SafetensorsSummary,
} from './read-safetensors.js'
export type { NamedTensor, TensorInfo } from './tensor.js'
export { writeSafetensors } from './write-safetensors.js'
