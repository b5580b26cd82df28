// A run that goes on where it was stopped, however that happened.

import { resolve } from 'node:path'
import * as check from '../check.js'
import { quoted } from '../files/index.js'
import { asSaid } from './checkpoint-content.js'
import { type Checkpoint, newestCheckpoint, refuseWithoutCheckpoint } from './checkpoints.js'
import type { Emit } from './events.js'
import { either, type Job, timer } from './job.js'
import { readPhotographs } from './photograph-list.js'
import { jobOf, type Plan } from './plan.js'
import { versionsOf } from './record.js'
import { Run } from './run.js'
import { type RunFolder, takeFolder } from './run-folder.js'
import { restoredSchedule } from './schedule-table.js'
import { rateWithin, type Schedule, type ScheduleState, scheduleArgument } from './schedules.js'
import { goOn } from './train.js'

/** Of `Trainer.resume()`. */
export interface ResumeOptions {
  /** Stops the run at its next step; `finished` then resolves with the reason 'aborted'. */
  signal?: AbortSignal
  /** The schedule, where the run has one that is no factory's of this package: its functions are in no checkpoint. */
  schedule?: Schedule
}

interface Asked {
  readonly output: string
  readonly signal: AbortSignal | undefined
  readonly schedule: Schedule | undefined
}

export async function resume(folder: string, options: ResumeOptions | undefined): Promise<Run> {
  const output = resolve(check.string('folder', folder))
  const given = check.options('resume', options, ['signal', 'schedule'])
  const signal = check.signal('signal', given.signal)
  const schedule = given.schedule === undefined ? undefined : scheduleArgument('schedule', given.schedule)
  await refuseWithoutCheckpoint(output)
  // Before a checkpoint is read, so that none is that another process goes beyond.
  const taken = await takeFolder(output)
  try {
    return await resumeTaken({ output, signal, schedule }, taken)
  } catch (failure) {
    await taken.release()
    throw failure
  }
}

async function resumeTaken({ output, signal, schedule: given }: Asked, folder: RunFolder): Promise<Run> {
  const { checkpoint, damaged } = await newestCheckpoint(output)
  const { plan, file } = checkpoint
  const schedule = scheduleOf(checkpoint, given)
  const outOfTime = timer(plan.settings.timeBudget)
  const both = either(signal, outOfTime)
  const data = await readPhotographs(output, { digest: plan.list, classes: plan.classes, signal })
  const job = asSaid(file, () => jobOf({ plan, data, output, signal: both, outOfTime, schedule }))
  return new Run(job, async (emit) => {
    try {
      for (const one of damaged) tellDamaged(one, file, emit)
      if (isElsewhere(plan, job)) tellElsewhere(plan, job, emit)
      const { epoch, globalStep } = checkpoint.state
      emit({ type: 'resumed', file, epoch, globalStep })
      return await goOn(job, checkpoint, emit)
    } finally {
      await folder.release()
    }
  })
}

function scheduleOf({ plan, state, file }: Checkpoint, given: Schedule | undefined): Schedule {
  const { schedule: stored } = plan.settings
  if (stored === null && given !== undefined) return given
  if (stored === null)
    throw new TypeError('Expected a schedule, as the run has one of its own, which no checkpoint can hold')
  if (given !== undefined)
    throw new TypeError(check.expected('no schedule, as the run has its own,', 'schedule', given))
  return asSaid(file, () => {
    const schedule = restoredSchedule(stored)
    checkPlace(schedule, state.schedule)
    return schedule
  })
}

/** Throws where a schedule cannot go on from a state. */
function checkPlace(schedule: Schedule, state: ScheduleState): void {
  const rates = [
    rateWithin(schedule, state, 0),
    schedule.next(state, { valLoss: 1, valTop1: 0 }).learningRate,
  ]
  for (const rate of rates) check.number('learningRate', rate)
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
