// What a run says about itself: the configuration in its folder and in its checkpoints.

import { createRequire } from 'node:module'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { saveDurably } from '../files/index.js'
import { type Json, sourceName } from '../model/index.js'
import type { Job } from './job.js'
import type { Plan } from './plan.js'
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

/** Writes config.json. It names no time, so that the same training has the same configuration. */
export async function saveConfig(job: Job, plan: Plan, fingerprint: string): Promise<void> {
  const { network, data, device, precision, compute, output } = job
  const { train, val } = data
  const config = {
    network,
    normalisation: plan.normalisation,
    training: plan.recipe,
    data: { train: train.length, val: val.length, fingerprint, classes: job.classifier.classes },
    compute: { device, precision, threads: compute.threads },
    environment: environment(),
    versions: plan.versions,
  }
  await saveDurably(join(output, 'config.json'), `${JSON.stringify(config, null, 2)}\n`)
}

/** The machine, without its name or whereabouts. */
function environment(): { [key: string]: Json } {
  return {
    platform: `${process.platform}-${process.arch}`,
    system: `${type()} ${release()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    processors: availableParallelism(),
    memoryGB: Number((totalmem() / 1e9).toFixed(1)),
  }
}

function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json
}
