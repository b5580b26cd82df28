// A TypeScript program in a process of its own, which starts in a fresh empty folder.

import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** By its address, since the process does not start where node_modules is. */
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const STDERR_LIMIT = 2 ** 14

export interface Forked {
  readonly child: ChildProcess
  /** Where it runs. */
  readonly folder: string
  /** How it ended: an exit code or a signal, and the last that it wrote to stderr. */
  readonly ended: Promise<string>
}

export function forked(program: URL, execArgv: readonly string[] = [], parent = tmpdir()): Forked {
  const folder = mkdtempSync(join(parent, 'facecls-forked-'))
  const child = fork(fileURLToPath(program), {
    cwd: folder,
    execArgv: ['--import', TSX, ...execArgv],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_LIMIT)
  })
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message)) // it never started
    child.on('close', (code, signal) => {
      resolve(`${signal === null ? `exit code ${code}` : signal}${stderr === '' ? '' : `: ${cause(stderr)}`}`)
    })
  })
  return { child, folder, ended }
}

/** Kills it where it lives, and removes its folder. */
export async function discard({ child, folder, ended }: Forked): Promise<void> {
  child.kill('SIGKILL')
  await ended
  rmSync(folder, { recursive: true, force: true })
}

/** The line of a crash that says why, among those of its stack. */
function cause(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  return (lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? '').trim()
}

/** The next message, or why there is none. */
export async function reply({ child, ended }: Forked, limit: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const answer = new Promise((resolve) => child.once('message', resolve))
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`it hangs: no answer within ${limit / 1000} s`), limit)
  })
  const died = ended.then((how) => `it ended the process: ${how}`)
  try {
    return await Promise.race([answer, late, died])
  } finally {
    clearTimeout(timer)
  }
}
