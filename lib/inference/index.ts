// Inference: a bundle opened to name photographs, to measure and to fill a submission.

export { stopIfAborted } from './abort.js'
export { chooseDevice, DEVICES, type Device, type DeviceChoice } from './device.js'
export { type Evaluation, evaluate } from './evaluate.js'
export type { Photograph } from './photograph.js'
export { choosePrecision, PRECISIONS, type Precision, type PrecisionChoice } from './precision.js'
export { Predictor } from './predictor.js'
export type {
  ClassifyOptions,
  Measurement,
  MeasureOptions,
  OpenOptions,
  WriteSubmissionOptions,
  WrittenSubmission,
} from './predictor-options.js'
export type { Candidate } from './ranking.js'
export { type AnswersScore, type SubmissionScore, scoreSubmission } from './score.js'
export { checkTemplate, type SubmissionSummary } from './submission.js'
