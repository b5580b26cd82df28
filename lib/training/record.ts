// What a run says about itself: the configuration in its folder and in its checkpoints.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { saveDurably } from '../files/index.js'
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

/** Writes config.json. It names no time, so that the same training has the same configuration. */
export async function saveConfig(job: Job, start: Start): Promise<void> {
  const { network, data, device, precision, compute, output } = job
  const config = {
    network,
    normalisation: start.normalisation,
    training: recipeOf(job, start),
    data: { train: data.train.length, val: data.val.length, classes: job.classifier.classes },
    compute: { device, precision, threads: compute.threads },
    versions: versionsOf(job),
  }
  await saveDurably(join(output, 'config.json'), `${JSON.stringify(config, null, 2)}\n`)
}

function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json
}
