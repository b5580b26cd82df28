// What a job says to the native trainer.

import type { NativeModel, StageSpec, TrainerSpec } from '../native/index.js'
import type { Job } from './job.js'
import { rateGroups } from './rates.js'
import type { Stage } from './stages.js'

export function trainerSpec({ settings, loss }: Job, model: NativeModel): TrainerSpec {
  const { optimizer, augmentation, clipNorm, averageDecay, seed } = settings
  const specs = { optimizer: optimizer.spec, loss, augmentation: augmentation.spec }
  return { model, ...specs, clipNorm, averageDecay, seed }
}

/** @param samples Photographs to learn from, which may be fewer than a batch. */
export function stageSpec(job: Job, stage: Stage, imageSize: number, samples: number): StageSpec {
  const { batchSize, layerRates } = job.settings
  return {
    groups: rateGroups(stage.trainable, job.description, layerRates),
    frozenBatchNorm: stage.frozenBatchNorm,
    imageSize,
    batchSize: Math.min(batchSize, samples),
  }
}
