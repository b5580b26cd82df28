// What the process that decodes is asked, and what it answers.

/** A photograph at full size or shrunk, or a folder of photographs to be packed. */
export type Question =
  | { readonly kind: 'photograph'; readonly path: string; readonly targetSize: number | null }
  | { readonly kind: 'folder'; readonly path: string }

export type Outcome =
  | { readonly kind: 'decoded'; readonly width: number; readonly height: number; readonly bytes: number }
  /** `refusal`: what the same folder makes of it where no photograph may be unreadable; null where none is. */
  | {
      readonly kind: 'packed'
      readonly photographs: readonly string[]
      readonly skipped: readonly { readonly file: string; readonly reason: string }[]
      readonly refusal: Threw | null
    }
  | Threw

export interface Threw {
  readonly kind: 'threw'
  readonly error: string
  readonly code: string | null
  readonly message: string
}

export interface Answer {
  readonly outcome: Outcome
  /** Of the clock or of all processors, whichever is less. */
  readonly milliseconds: number
  /** The most memory while it was asked, less that before. */
  readonly growthBytes: number
}

export const READY = 'ready'

/** Pixels a side of a pack, and of photographs that are shrunk. */
export const SIZE = 64
