// Tells a run on the terminal while it goes on: a bar for what passes, a line for what stays.

import type {
  EpochEvent,
  ResumedEvent,
  Run,
  RunEvent,
  RunResult,
  StageEvent,
  StepEvent,
} from '@facecls/torch'
import { percent } from './table.js'
import { clock, type Terminal } from './terminal.js'
import { TimeLeft } from './time-left.js'

/** Returns how the run ended; throws what stopped it. */
export async function follow(run: Run, terminal: Terminal): Promise<RunResult> {
  const { device, precision } = run
  terminal.line(`Computing on ${device.name} in ${precision.name}: ${device.reason}; ${precision.reason}.`)
  const timeLeft = new TimeLeft(() => performance.now())
  try {
    for await (const event of run.events()) tell(event, terminal, timeLeft)
    return await run.finished
  } finally {
    terminal.clear()
  }
}

function tell(event: RunEvent, terminal: Terminal, timeLeft: TimeLeft): void {
  if (event.type === 'warning') terminal.line(`Note: ${event.message}`)
  else if (event.type === 'resumed') terminal.line(resumedLine(event))
  else if (event.type === 'loaded') terminal.line(event.message)
  else if (event.type === 'stage') terminal.line(stageLine(event))
  else if (event.type === 'fetch') {
    const facts = `${megabytes(event.done)} of ${megabytes(event.total)}`
    terminal.progress({ label: `Fetching ${event.weights}`, done: event.done, total: event.total, facts })
  } else if (event.type === 'prepare') {
    terminal.progress({ label: event.task, done: event.done, total: event.total })
    timeLeft.epochStarts()
  } else if (event.type === 'step') {
    const label = `Epoch ${event.epoch}/${event.epochs}`
    const facts = stepFacts(event, timeLeft.after(event))
    terminal.progress({ label, done: event.step, total: event.steps, facts })
  } else if (event.type === 'validate') {
    terminal.progress({ label: `Epoch ${event.epoch}, validation`, done: event.done, total: event.total })
  } else if (event.type === 'epoch') {
    timeLeft.epochEnds()
    terminal.line(epochLine(event))
  }
}

function resumedLine({ epoch, globalStep }: ResumedEvent): string {
  return `Going on in epoch ${epoch}, after step ${globalStep} of the run.`
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

function stageLine({ stage, epoch, name, trainableParameters }: StageEvent): string {
  const count = trainableParameters.toLocaleString('en')
  return `Stage ${stage}, from epoch ${epoch} on: ${name}. ${count} parameters learn.`
}

export function stepFacts(step: StepEvent, secondsLeft: number): string {
  return [
    `${step.imagesPerSecond.toFixed(1)} images/s`,
    `loss ${step.trainLoss.toFixed(3)}`,
    `accuracy ${percent(step.trainTop1)}`,
    `${clock(secondsLeft)} left`,
  ].join(', ')
}

export function epochLine({
  epoch,
  epochs,
  train,
  validation,
  learningRate,
  imagesPerSecond,
  seconds,
  best,
}: EpochEvent): string {
  return [
    `Epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `train loss ${train.loss.toFixed(3)}, top-1 ${percent(train.top1).padStart(7)}`,
    `validation loss ${validation.loss.toFixed(3)}, top-1 ${percent(validation.top1).padStart(7)}`,
    `rate ${learningRate.toPrecision(2)}`,
    `${imagesPerSecond.toFixed(1)} images/s`,
    `${clock(seconds)}${best ? '  best so far' : ''}`,
  ].join('  ')
}
