// What came of each file.

export interface FileCheck {
  readonly file: string
  readonly pass: boolean
  /** Why it did not pass. */
  readonly problems: readonly string[]
}

export interface BadFileCheck extends FileCheck {
  /** Why it must be refused, as its folder says. */
  readonly expected: string | null
  /** Why the reader refused it; null where it gave no reason. */
  readonly reason: string | null
  readonly milliseconds: number | null
  readonly peakGrowthBytes: number | null
}

export interface FolderCheck {
  readonly pass: boolean
  readonly good: readonly FileCheck[]
  readonly bad: readonly BadFileCheck[]
}
