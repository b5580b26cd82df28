// Starts a program of the course as a person does, and hears what it says.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

export interface Ended {
  code: number | null
  out: string
  err: string
}

export type Start = (
  args: readonly string[],
  /** Called with all that was said so far. */
  onOut?: (out: string, interrupt: () => void) => void,
) => Promise<Ended>

export function programOf(example: string): Start {
  const main = fileURLToPath(new URL(`../../examples/${example}/main.ts`, import.meta.url))
  return (args, onOut = () => {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
        stdio: 'pipe',
        env: { OMP_WAIT_POLICY: 'PASSIVE', ...process.env }, // tests share their cores
      })
      const ended: Ended = { code: null, out: '', err: '' }
      child.stdout.on('data', (data) => {
        ended.out += data
        onOut(ended.out, () => child.kill('SIGINT'))
      })
      child.stderr.on('data', (data) => {
        ended.err += data
      })
      child.on('error', reject)
      child.on('close', (code) => resolve({ ...ended, code }))
    })
}

/** Expects a refusal that has these words and no stack trace. */
export function refusedBy(start: Start) {
  return async (args: readonly string[], words: readonly string[], code = 1): Promise<void> => {
    const ended = await start(args)
    expect(ended.err).not.toMatch(/^\s+at |node:internal|Error:/m)
    for (const word of words) expect(ended.err).toContain(word)
    expect(ended.code).toBe(code)
  }
}
