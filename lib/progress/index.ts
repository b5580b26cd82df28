// Progress as data: what a long task tells whoever shows it. Nothing here or below talks to a terminal.

/**
 * How far a long task is. `done` never goes down within one task; the unit is the task's own (photographs,
 * bytes).
 */
export interface Progress {
  /** What is being done, as a person would say it: 'Decoding the photographs'. */
  readonly task: string
  readonly done: number
  readonly total: number
}

/** Called now and then while a task goes on, and a last time with `done` equal to `total`. */
export type OnProgress = (progress: Progress) => void
