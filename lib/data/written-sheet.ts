/** A contact sheet that was written. */
export interface WrittenSheet {
  /** Absolute path. */
  readonly file: string
  /** Pixels. */
  readonly width: number
  readonly height: number
}
