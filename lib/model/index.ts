// A model before and between trainings: the table of networks, heads, freezing, and the file that is a usable
// model.

export { ARCHITECTURE_NAMES, type Architecture, architectures } from './architectures.js'
export {
  type Bundle,
  readBundle,
  readBundleMetadata,
  readWeights,
  saveBundle,
  type Weights,
} from './bundle.js'
export type { BundleMetadata, Json } from './bundle-metadata.js'
export {
  checkStages,
  type FreezePolicy,
  type FreezeStage,
  freeze,
  policyName,
  resolveTrainable,
  type StageInForce,
  stageAt,
} from './freezing.js'
export {
  type ClassifierHeadOptions,
  classifierHead,
  type Head,
  headSpec,
  type MlpHeadOptions,
  mlpHead,
} from './head.js'
export { type Misfit, matchState, mismatchOf, type StateMatch } from './match.js'
export { checkNormalisation } from './normalisation.js'
