// The job of a look ahead at a training: the same network, data and settings, but for what would leave something behind.

import { cacheSettings } from '../../data/index.js'
import { type Job, planJob } from '../job.js'
import type { ClassifierSettings, TrainingData, TrainingSettings } from '../settings.js'

/** What a trainer is made of. */
export interface Plan {
  readonly classifier: ClassifierSettings
  readonly data: TrainingData
  readonly settings: TrainingSettings
}

/**
 * Photographs are decoded as they are needed, so that no pack is written for a few of them, and no time budget ends the work.
 *
 * @param output The folder that checkpoints would be saved in.
 * @throws What planJob throws.
 */
export function jobAhead(plan: Plan, output: string, signal: AbortSignal | undefined): Job {
  const settings = { ...plan.settings, cache: cacheSettings('none', undefined), timeBudget: null }
  return planJob(plan.classifier, plan.data, settings, {
    output,
    ...(signal === undefined ? {} : { signal }),
  })
}
