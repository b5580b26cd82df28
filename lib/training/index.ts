// Training: what a person says of it, and the run that it becomes.

export type { DryRun, DryRunOptions, DryRunStage } from './before/dry-run.js'
export type { EstimateOptions, EstimateStage, TrainingEstimate } from './before/estimate.js'
export type { LearningRateOptions } from './before/learning-rate.js'
export type { MemoryEstimate } from './before/memory-estimate.js'
export type { RatePoint } from './before/rate-curve.js'
export type { LearningRateFiles, LearningRateTest, RateFindings } from './before/rate-findings.js'
export type { CheckpointOptions, CheckpointSettings } from './checkpoint-settings.js'
export type { EarlyStopping, EarlyStoppingOptions } from './early-stopping.js'
export type {
  CheckpointEvent,
  DoneEvent,
  EpochEvent,
  FetchEvent,
  LoadedEvent,
  PrepareEvent,
  ResumedEvent,
  RunEvent,
  StageEvent,
  StepEvent,
  ValidateEvent,
  WarningEvent,
} from './events.js'
export type { HistoryRow } from './history.js'
export type { StartOptions } from './job.js'
export {
  arcFace,
  type ClassWeights,
  type CrossEntropyOptions,
  cosFace,
  crossEntropy,
  type Loss,
  type MarginOptions,
} from './losses.js'
export { type AdamOptions, adam, adamW, type Optimizer, type SgdOptions, sgd } from './optimizers.js'
export { type PlateauOptions, reduceLROnPlateau } from './plateau.js'
export type { LayerRates } from './rates.js'
export type { ResumeOptions } from './resume.js'
export type { Run } from './run.js'
export type { EndReason, RunResult } from './run-result.js'
export type { Sampling } from './sampler.js'
export {
  type CosineOptions,
  constant,
  cosine,
  type EpochMetrics,
  type FiniteSchedule,
  type Schedule,
  type ScheduleKind,
  type ScheduleSetting,
  type ScheduleStage,
  type ScheduleState,
} from './schedules.js'
export { sequence } from './sequence.js'
export type { ClassifierSettings, TrainingData, TrainingSettings } from './settings.js'
export { type StepDecayOptions, stepDecay } from './step-decay.js'
export type {
  SweepAxis,
  SweepChoice,
  SweepEvent,
  SweepLabels,
  SweepOptions,
  SweepResult,
  SweepResultEvent,
  SweepRow,
  SweepRunEvent,
  SweepSpace,
  SweepTrialEvent,
} from './sweep/spec.js'
export { sweep } from './sweep/sweep.js'
export type { Loaded } from './take.js'
export { Trainer } from './trainer.js'
export type { TrainerBuilder } from './trainer-builder.js'
export { trainingData } from './training-data.js'
export { type LinearWarmUpOptions, linearWarmUp } from './warm-up.js'
