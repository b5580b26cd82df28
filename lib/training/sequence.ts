// Schedules one after another.

import * as check from '../check.js'
import {
  type EpochMetrics,
  type FiniteSchedule,
  rateWithin,
  type Schedule,
  ScheduleStage,
  type ScheduleState,
  scheduleArgument,
  scheduleOf,
} from './schedules.js'

interface Part {
  readonly schedule: Schedule
  /** null: to the end of the run. */
  readonly epochs: number | null
  /** The epoch that it begins with, from 0. */
  readonly firstEpoch: number
}

interface SequenceState extends ScheduleState {
  /** The optimizer's rate, from which each part starts anew. */
  readonly initial: number
  /** Of the run. */
  readonly epochs: number
  /** Index of the part in force, and where that one stands. */
  readonly part: number
  readonly partState: ScheduleState
}

/**
 * One schedule after another, as PyTorch's SequentialLR. Each part starts anew from the optimizer's rate and knows only
 * the epochs and metrics of its own time. All but the last have a number of epochs: a warm-up its own, others that of
 * `forEpochs(n)`. The last has the epochs of the run that remain; a run that ends earlier never comes to it.
 *
 * @example sequence(linearWarmUp({ epochs: 2 }), cosine())
 * @example sequence(constant().forEpochs(5), stepDecay({ every: 10 }).forEpochs(20), reduceLROnPlateau())
 * @throws TypeError for a part that is no schedule, or a sequence itself: all its parts can be said in one.
 * @throws RangeError where a part but the last has no number of epochs, or the last has one by `forEpochs`.
 */
export function sequence(...parts: [...(FiniteSchedule | ScheduleStage)[], Schedule]): Schedule {
  const planned = plan(parts)
  return scheduleOf({
    kind: 'sequence',
    settings: {
      parts: Object.freeze(
        planned.map(({ schedule: { kind, settings }, epochs }) =>
          Object.freeze({ schedule: Object.freeze({ kind, ...settings }), epochs }),
        ),
      ),
    },
    start: (learningRate: number, epochs: number): SequenceState =>
      enter(planned, { initial: learningRate, epochs, epoch: 0, part: 0 }),
    next: (state: SequenceState, metrics: EpochMetrics): SequenceState => {
      const epoch = state.epoch + 1
      const part = state.part + 1
      if (planned[part]?.firstEpoch === epoch) return enter(planned, { ...state, epoch, part })
      const { schedule } = planned[state.part] as Part
      const partState = schedule.next(state.partState, metrics)
      return { ...state, epoch, partState, learningRate: partState.learningRate }
    },
    within: ({ part, partState }: SequenceState, progress: number) =>
      rateWithin((planned[part] as Part).schedule, partState, progress),
    partAt: (epoch: number) =>
      (planned.findLast(({ firstEpoch }) => firstEpoch < epoch) ?? (planned[0] as Part)).schedule,
  })
}

type Entered = Pick<SequenceState, 'initial' | 'epochs' | 'epoch' | 'part'>

/** The state before the first epoch of a part. */
function enter(planned: readonly Part[], { initial, epochs, epoch, part }: Entered): SequenceState {
  const { schedule, epochs: own } = planned[part] as Part
  const partState = schedule.start(initial, own ?? Math.max(epochs - epoch, 1))
  return { epoch, learningRate: partState.learningRate, initial, epochs, part, partState }
}

function plan(parts: readonly unknown[]): readonly Part[] {
  if (parts.length === 0) throw new TypeError(check.expected('at least one schedule', 'parts', parts))
  let firstEpoch = 0
  return parts.map((given, index) => {
    const part = checkPart(`parts[${index}]`, given, index === parts.length - 1)
    const planned = { ...part, firstEpoch }
    firstEpoch += part.epochs ?? 0
    return planned
  })
}

function checkPart(name: string, given: unknown, last: boolean): Omit<Part, 'firstEpoch'> {
  const staged = given instanceof ScheduleStage
  const schedule = staged ? given.schedule : scheduleArgument(name, given)
  if (schedule.kind === 'sequence') {
    throw new TypeError(check.expected('a schedule that is no sequence itself', name, given))
  }
  if (last) {
    if (!staged) return { schedule, epochs: null }
    throw new RangeError(check.expected('no .forEpochs(n), as the last goes on to the end,', name, given))
  }
  const epochs = staged ? given.epochs : schedule.epochs
  if (epochs !== undefined) return { schedule, epochs }
  throw new RangeError(check.expected('.forEpochs(n), as other schedules follow,', name, given))
}
