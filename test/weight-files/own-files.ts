// The project's own weight files; a good one of each format stands for all that a usable process can read.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const OWN_FOLDER = fileURLToPath(new URL('../fixtures/weight-files', import.meta.url))

export const OWN_GOOD_FILES = ['plain.safetensors', 'dtypes.pt', 'dtypes_legacy.pt'].map((name) =>
  join(OWN_FOLDER, 'good', name),
)
