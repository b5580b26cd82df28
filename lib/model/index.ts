// A model before and between trainings: the table of networks, heads, freezing, and the file that is a usable
// model.

export { ARCHITECTURE_NAMES, type Architecture, architectures, type LayerGroup } from './architectures.js'
export {
  type Bundle,
  readBundle,
  readBundleMetadata,
  readState,
  type SavedState,
  saveBundle,
} from './bundle.js'
export { type BundleMetadata, checkBundleMetadata, INPUT_SIZE_LIMIT, type Json } from './bundle-metadata.js'
export {
  checkStages,
  type FreezeOptions,
  type FreezePolicy,
  type FreezeStage,
  type FrozenBatchNorm,
  freeze,
  type LayerPredicate,
  policyName,
  resolveTrainable,
  type StageInForce,
  stageAt,
} from './freezing.js'
export {
  type ClassifierHeadOptions,
  type CosineHeadOptions,
  classifierHead,
  cosineHead,
  type EmbeddingHeadOptions,
  embeddingHead,
  type Head,
  headOf,
  headSpec,
  type MlpHeadOptions,
  mlpHead,
  sameLayers,
} from './head.js'
export {
  type ExpectedMisfits,
  type Misfit,
  matchState,
  type NetworkPart,
  refuseMisfits,
  type StateMatch,
  tensorsOf,
  unforeseen,
  WeightsMismatchError,
} from './match.js'

export { checkNormalisation } from './normalisation.js'
export { withoutPrefix } from './prefix.js'
export {
  type Pretrained,
  type PretrainedFrom,
  pretrainedFile,
  pretrainedOf,
  sourceName,
} from './pretrained.js'
export { checkImageSize, type LayerSummary, NetworkSummary, summarise } from './summary.js'
export { type TrunkLayer, trunkLayers } from './trunk.js'
