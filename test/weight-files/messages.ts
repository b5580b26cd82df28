// What the process that reads files is asked, and what it answers.

export interface Question {
  readonly path: string
}

export interface Answer {
  /** What the reader did with the file. */
  readonly outcome:
    | { readonly kind: 'loaded'; readonly tensors: number }
    | {
        readonly kind: 'threw'
        readonly error: string
        readonly code: string | null
        readonly message: string
      }
  readonly milliseconds: number
  /** Of the process's peak memory since before the first file. */
  readonly peakGrowthBytes: number
  /** Why a good file could not be read right afterwards; null where it could. */
  readonly unusable: string | null
}

export const READY = 'ready'
