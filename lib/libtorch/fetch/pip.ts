// Runs pip to fetch one wheel.

import type { TorchError } from '../../errors.js'
import { plain } from '../../files/index.js'
import { findProgram, runProgram } from './run-program.js'

/**
 * pip takes platforms by their exact tags. torch needs glibc 2.28; wheels of NVIDIA are tagged with this or that older one,
 * such as 2.27, 2.25, 2.18 and 2.12.
 */
const PLATFORMS = [
  ...Array.from({ length: 24 }, (_, index) => `manylinux_2_${28 - index}`),
  ...['manylinux2014', 'manylinux2010', 'manylinux1'],
]

/** The tags are those of one wheel that holds what every Python's holds. */
const TAGS = [
  ...['--only-binary=:all:', '--python-version', '3.11'],
  ...PLATFORMS.flatMap((tag) => ['--platform', `${tag}_x86_64`]),
]

// What is fetched is kept by this package until all is there; pip would keep it once more.
const QUIET = ['--no-cache-dir', '--disable-pip-version-check', '--progress-bar', 'off', '--no-input']

export interface PipJob {
  /** Such as 'torch==2.13.0'. */
  readonly requirement: string
  /** Where the wheel goes; pip takes one that lies there already, after a look at its hash. */
  readonly folder: string
  readonly temporary: string
  readonly onLine: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

/** @throws Whatever `refuse` makes of the reason that there is no wheel. */
export async function fetchByPip(job: PipJob, refuse: (reason: string) => TorchError): Promise<void> {
  const { requirement, folder, temporary, onLine, signal } = job
  const python = findProgram('python3')
  if (python === null) throw refuse('there is no python3 for pip')
  const args = ['-m', 'pip', 'download', requirement, '--no-deps', ...TAGS, ...QUIET, '-d', folder]
  const env = { ...process.env, TMPDIR: temporary }
  const { code, output } = await runProgram(python, args, { env, signal, onLine })
  if (code !== 0) throw refuse(`pip says: ${reasonIn(output)}`)
}

function reasonIn(output: string): string {
  const lines = output.split('\n').filter((line) => /^ERROR: |No module named pip/.test(line))
  return plain(lines.at(-1)?.replace(/^ERROR: /, '') ?? 'nothing')
}
