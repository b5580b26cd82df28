// One hostile file: what it is, what may come of it, and how it is put on a disk.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What may become of an input: 'either' leaves it to the decoder, whose mercy with small damages is no promise. */
export type Expected = 'decoded' | 'refused' | 'either'

/** Undoes what removing the folder does not. */
export type CleanUps = (() => void)[]

export interface Input {
  /** The row of the table that counts it. */
  readonly kind: string
  readonly what: string
  readonly expected: Expected
  /** Why it cannot be tried on this machine. */
  readonly skipped?: string
  /** Puts it into an empty folder and returns its path there, which may lead nowhere. */
  readonly place: (folder: string, cleanUps: CleanUps) => string | Promise<string>
}

/** An input that is no more than its bytes, which are made when they are needed. */
export function fileInput(
  kind: string,
  what: string,
  name: string,
  expected: Expected,
  bytes: () => Uint8Array | Promise<Uint8Array>,
): Input {
  return {
    kind,
    what,
    expected,
    async place(folder) {
      const path = join(folder, name)
      writeFileSync(path, await bytes())
      return path
    },
  }
}
