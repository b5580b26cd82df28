// What a run says about itself in its checkpoints and models.

import { createRequire } from 'node:module'
import { type Json, sourceName } from '../model/index.js'
import type { Job } from './job.js'
import type { Start } from './start.js'

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

export function versionsOf({ compute }: Job): Record<string, string> {
  return { facecls: version, torch: compute.torchVersion, node: process.versions.node }
}

/** How it is trained, with every default: what another run needs to do the same. */
export function recipeOf(
  { settings, stages, classifier, precision }: Job,
  start: Start,
): { [key: string]: Json } {
  const {
    augmentation,
    sampling,
    optimizer,
    layerRates,
    loss,
    schedule,
    clipNorm,
    averageDecay,
    epochs,
    stopEarly,
    timeBudget,
    batchSize,
    accumulate,
    seed,
  } = settings
  return {
    pretrained: classifier.pretrained === null ? null : sourceName(classifier.pretrained.source),
    took: start.loaded?.took ?? null,
    augmentation: plain(augmentation.spec),
    sampling,
    freeze: stages.map(({ number, name, firstEpoch, trainable, frozenBatchNorm }) => ({
      stage: number,
      name,
      firstEpoch,
      learningLayers: trainable.length,
      frozenBatchNorm,
    })),
    optimizer: plain({ ...optimizer.spec, learningRate: optimizer.learningRate }),
    layerRates: plain(layerRates),
    clipNorm,
    averageDecay,
    loss: plain(loss),
    schedule: plain({ kind: schedule.kind, ...schedule.settings }),
    epochs,
    stopEarly: stopEarly === null ? null : plain(stopEarly),
    timeBudget,
    batchSize,
    accumulate,
    imageSize: start.imageSize,
    precision: precision.name,
    seed,
  }
}

function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json
}
