// Weights in files, and where published ones are.

export { type PretrainedName, type PretrainedWeights, pretrainedWeights } from './catalog.js'
export type { TensorDType } from './dtypes.js'
export { fetchPretrained, weightsCache } from './fetch-pretrained.js'
export {
  readSealed,
  readWeights,
  readWeightsInfo,
  type WeightFile,
  type WeightSummary,
} from './read-weights.js'
export type { NamedTensor, TensorInfo, WeightFormat } from './tensor.js'
export { type WideDType, widened } from './widen.js'
export { checkTensors, writeSafetensors, writeSealed } from './write-safetensors.js'
