// What every part of the comparison is handed.

import type { FaceDataset } from '@facecls/torch'
import type { Terminal } from '../shared/terminal.js'
import type { TestPhotographs } from '../shared/test-photographs.js'
import type { Options } from './options.js'

export interface Call {
  options: Options
  terminal: Terminal
  signal: AbortSignal
}

export interface Test extends TestPhotographs {
  /** With the identities that somebody says, or null. */
  labelled: FaceDataset | null
}

export interface Photographs {
  faces: FaceDataset
  test: Test | null
}

export interface Job extends Call, Photographs {
  /** Absolute path of the comparison's folder. */
  output: string
  /** What each network starts from, by its slug; null: random weights. */
  weights: Readonly<Record<string, string | null>>
}
