// The configuration in a run's folder: what was trained, how, on what and where.

import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { saveDurably } from '../files/index.js'
import type { Json } from '../model/index.js'
import type { Job } from './job.js'
import type { Plan } from './plan.js'

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
