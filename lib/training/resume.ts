// A run that goes on where it was stopped, however that happened.

import { resolve } from 'node:path'
import * as check from '../check.js'
import { quoted } from '../files/index.js'
import { newestCheckpoint } from './checkpoints.js'
import type { Emit } from './events.js'
import { either, type Job, timer } from './job.js'
import { readPhotographs } from './photograph-list.js'
import { jobOf, type Plan } from './plan.js'
import { versionsOf } from './record.js'
import { Run } from './run.js'
import { type Schedule, scheduleArgument } from './schedules.js'
import { goOn } from './train.js'

export interface ResumeOptions {
  /** Stops the run at its next step; `finished` then resolves with the reason 'aborted'. */
  signal?: AbortSignal
  /** The schedule, where the run has one that is no factory's of this package: its functions are in no checkpoint. */
  schedule?: Schedule
}

export async function resume(folder: string, options: ResumeOptions | undefined): Promise<Run> {
  const output = resolve(check.string('folder', folder))
  const given = check.options('resume', options, ['signal', 'schedule'])
  const signal = check.signal('signal', given.signal)
  const schedule = given.schedule === undefined ? undefined : scheduleArgument('schedule', given.schedule)
  const { checkpoint, damaged } = await newestCheckpoint(output)
  const { plan } = checkpoint
  const outOfTime = timer(plan.settings.timeBudget)
  const both = either(signal, outOfTime)
  const data = await readPhotographs(output, { digest: plan.list, classes: plan.classes, signal })
  const job = jobOf({ plan, data, output, signal: both, outOfTime, schedule })
  return new Run(job, (emit) => {
    for (const file of damaged) tellDamaged(file, checkpoint.file, emit)
    if (isElsewhere(plan, job)) tellElsewhere(plan, job, emit)
    const { epoch, globalStep } = checkpoint.state
    emit({ type: 'resumed', file: checkpoint.file, epoch, globalStep })
    return goOn(job, checkpoint, emit)
  })
}

function tellDamaged(file: string, instead: string, emit: Emit): void {
  const message = `The checkpoint ${quoted(file)} is damaged; the run goes on from ${quoted(instead)}.`
  emit({ type: 'warning', code: 'checkpoint_damaged', message })
}

/** What the last bits of a sum depend on, besides the processor. */
function isElsewhere({ threads, versions }: Plan, job: Job): boolean {
  return threads !== job.compute.threads || versions.torch !== versionsOf(job).torch
}

function tellElsewhere({ threads, versions }: Plan, { compute }: Job, emit: Emit): void {
  const message = `The run began with LibTorch ${versions.torch} and ${threads} threads and goes on with ${compute.torchVersion} and ${compute.threads}: it ends nearly, not exactly, as it would have.`
  emit({ type: 'warning', code: 'resumed_elsewhere', message })
}
