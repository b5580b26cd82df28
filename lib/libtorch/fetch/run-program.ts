// Runs a program, hands its lines on as they come, and finds programs on PATH.

import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RunOptions {
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
  onLine?: (line: string) => void
}

/**
 * The exit status, null where a signal ended the program, and all that it wrote. An abort ends the programs that it started too: what is
 * found on PATH may be a script that starts another.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  { env, signal, onLine }: RunOptions = {},
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    // A process group of its own, which can be ended as one.
    const child = spawn(command, args, {
      ...(env && { env }),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const lines: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        onLine?.(line)
      })
    }
    const end = (): void => endGroup(child.pid)
    signal?.addEventListener('abort', end, { once: true })
    // Without a number it never ran, and never closes.
    child.on('error', (error) => child.pid === undefined && reject(error))
    child.on('close', (code) => {
      signal?.removeEventListener('abort', end)
      if (signal?.aborted) reject(signal.reason)
      else resolve({ code, output: lines.join('\n') })
    })
  })
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGTERM')
  } catch {
    // All of it has ended.
  }
}

/** The path of a program on PATH, or null. */
export function findProgram(name: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name)
    if (folder !== '' && isExecutable(path)) return path
  }
  return null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
