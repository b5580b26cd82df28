// The Python of this machine that has PyTorch: FACECLS_PYTHON, else python3. Tests that need it say where it is not.

import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const python = process.env.FACECLS_PYTHON || 'python3'
const script = join(import.meta.dirname, 'loop.py')

/** Why there is no PyTorch to compare with, or null where there is one. */
export const noTorch: string | null = reason()

function reason(): string | null {
  const { status, error } = spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' })
  if (status === 0) return null
  const what = error === undefined ? 'has no torch' : 'cannot be started'
  return `${JSON.stringify(python)} ${what}; FACECLS_PYTHON names a Python with PyTorch`
}

/** Runs loop.py and returns what it prints. */
export async function loop<T>(
  command: string,
  options: Readonly<Record<string, string | number>>,
): Promise<T> {
  const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const { stdout } = await promisify(execFile)(python, [script, command, ...given], { maxBuffer: 2 ** 24 })
  return JSON.parse(stdout) as T
}
