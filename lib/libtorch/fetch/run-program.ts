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

/** The exit status, null where a signal ended the program, and all that it wrote. */
export function runProgram(
  command: string,
  args: readonly string[],
  { env, signal, onLine }: RunOptions = {},
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const options = { ...(env && { env }), ...(signal && { signal }) }
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    const lines: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        onLine?.(line)
      })
    }
    let failure: Error | undefined
    child.on('error', (error) => {
      failure = error
      if (child.pid === undefined) reject(error) // it never ran, so it never closes
    })
    child.on('close', (code) => {
      if (failure === undefined) resolve({ code, output: lines.join('\n') })
      else reject(failure)
    })
  })
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
