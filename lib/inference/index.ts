// Inference: a bundle opened to name photographs, to measure and to fill a submission.

export { stopIfAborted } from './abort.js'
export type { CalibrateOptions } from './calibrate.js'
export type {
  Calibration,
  UnknownCalibration,
  VerificationCalibration,
} from './calibration.js'
export { chooseDevice, DEVICES, type Device, type DeviceChoice } from './device.js'
export { Ensemble, type EnsembleOptions } from './ensemble.js'
export { type Evaluation, evaluate } from './evaluate.js'
export type { Interval } from './evaluation/accuracy.js'
export type { CalibrationBin } from './evaluation/calibration.js'
export type { ClassResult, ConfusedPair } from './evaluation/classes.js'
export type { GroupedResults, GroupGap, GroupResult } from './evaluation/fairness.js'
export type { EvaluateOptions } from './evaluation/options.js'
export { EvaluationReport } from './evaluation/report.js'
export type { EvaluationResults } from './evaluation/results.js'
export type { WrittenEvaluation } from './evaluation/save.js'
export type { WorstPhotograph } from './evaluation/worst.js'
export type { Latency } from './latency.js'
export { type GpuSurroundings, gpuSurroundings, type NoGpu, whyNoGpu } from './no-gpu.js'
export type { Engine } from './open-bundle.js'
export { OverloadedError } from './overloaded.js'
export type { Photograph } from './photograph.js'
export {
  choosePrecision,
  type InferencePrecision,
  PRECISIONS,
  type Precision,
  type PrecisionChoice,
} from './precision.js'
export { Predictor } from './predictor.js'
export type {
  CallOptions,
  ClassifyOptions,
  EmbedOptions,
  Identification,
  IdentifyOptions,
  MeasureOptions,
  OpenOptions,
  Verification,
  VerifyOptions,
} from './predictor-options.js'
export type { PredictorStats } from './queue-stats.js'
export type { Candidate } from './ranking.js'
export { type AnswersScore, type SubmissionScore, scoreSubmission } from './score.js'
export { checkTemplate } from './submission-form.js'
export type { CountedNames, WriteSubmissionOptions, WrittenSubmission } from './submission-options.js'
