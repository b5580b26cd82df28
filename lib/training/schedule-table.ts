// Schedules from what was stored of them.

import * as check from '../check.js'
import { type PlateauOptions, reduceLROnPlateau } from './plateau.js'
import {
  type CosineOptions,
  constant,
  cosine,
  type FiniteSchedule,
  isOfFactory,
  type Schedule,
  type ScheduleKind,
  type ScheduleSetting,
  type ScheduleStage,
} from './schedules.js'
import { sequence } from './sequence.js'
import { type StepDecayOptions, stepDecay } from './step-decay.js'
import { type LinearWarmUpOptions, linearWarmUp } from './warm-up.js'

type Settings = Schedule['settings']

export interface StoredSchedule {
  readonly kind: ScheduleKind
  readonly settings: Settings
}

/** Null for a schedule that a user wrote: its functions cannot be stored. */
export function storedSchedule(schedule: Schedule): StoredSchedule | null {
  const { kind, settings } = schedule
  if (!isOfFactory(schedule)) return null
  const parts = kind === 'sequence' ? sequenceParts(schedule) : []
  return parts.every(isOfFactory) ? { kind, settings } : null
}

/** @throws TypeError or RangeError for settings that no factory made. */
export function restoredSchedule({ kind, settings }: StoredSchedule): Schedule {
  check.oneOf('schedule.kind', kind, Object.keys(FACTORIES))
  return FACTORIES[kind](settings)
}

const FACTORIES: Record<ScheduleKind, (settings: Settings) => Schedule> = {
  constant,
  cosine: (settings) => cosine(settings as CosineOptions),
  linearWarmUp: (settings) => linearWarmUp(settings as unknown as LinearWarmUpOptions),
  reduceLROnPlateau: (settings) => reduceLROnPlateau(settings as PlateauOptions),
  sequence: ({ parts }) => restoredSequence(parts as unknown as readonly StoredPart[]),
  stepDecay: (settings) => stepDecay(settings as unknown as StepDecayOptions),
}

interface StoredPart {
  readonly schedule: { readonly kind: ScheduleKind } & Record<string, ScheduleSetting>
  readonly epochs: number | null
}

function restoredSequence(stored: readonly StoredPart[]): Schedule {
  const parts = stored.map(({ schedule: { kind, ...settings }, epochs }) => {
    const schedule = restoredSchedule({ kind, settings })
    return epochs === null ? schedule : schedule.forEpochs(epochs)
  })
  return sequence(...(parts as [...(FiniteSchedule | ScheduleStage)[], Schedule]))
}

/** The schedules of a sequence, each where it is in force. */
function sequenceParts(schedule: Schedule): Schedule[] {
  const parts = schedule.settings.parts as unknown as readonly StoredPart[]
  let epoch = 1
  return parts.map(({ epochs }) => {
    const part = schedule.partAt?.(epoch) ?? schedule
    epoch += epochs ?? 0
    return part
  })
}
