// The process or a worker thread ends in the middle of a training step: no crash, no hang.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const child = fileURLToPath(new URL('./lifecycle-child.ts', import.meta.url))

function run(
  ending: string,
): Promise<{ code: number | null; signal: string | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const started = spawn(process.execPath, ['--import', 'tsx', child, ending], { stdio: 'pipe' })
    let out = ''
    let err = ''
    started.stdout.on('data', (data) => {
      out += data
    })
    started.stderr.on('data', (data) => {
      err += data
    })
    started.on('error', reject)
    started.on('close', (code, signal) => resolve({ code, signal, out, err }))
  })
}

describe('in the middle of a training step', () => {
  it('process.exit ends the process with its code', async () => {
    expect(await run('exit')).toEqual({ code: 3, signal: null, out: '', err: '' })
  })

  it('an uncaught exception ends the process with its message', async () => {
    const { code, signal, err } = await run('throw')
    expect({ code, signal }).toEqual({ code: 1, signal: null })
    expect(err).toContain('thrown in the middle of a step')
  })

  it('the end of a worker thread leaves the process computing', async () => {
    const ended = await run('terminate')
    expect(ended).toEqual({ code: 0, signal: null, out: 'trained on 4\n', err: '' })
  })

  it('the end of three worker threads at once leaves the process computing', async () => {
    const ended = await run('terminate three')
    expect(ended).toEqual({ code: 0, signal: null, out: 'trained on 4\n', err: '' })
  })

  it('process.exit beside a busy worker thread ends the process', async () => {
    const { code, signal, err } = await run('exit beside a worker')
    expect({ code, signal, err }).toEqual({ code: 3, signal: null, err: '' })
  })
})

describe('in the middle of many calls', () => {
  it('the end of worker threads leaves the process computing', async () => {
    expect(await run('terminate in calls')).toEqual({ code: 0, signal: null, out: 'trained on 4\n', err: '' })
  })

  it.each([1, 2, 3])('process.exit ends the process with its code (%i)', async () => {
    expect(await run('exit in calls')).toEqual({ code: 3, signal: null, out: '', err: '' })
  })

  it.each([1, 2, 3])('process.exit right after loading ends it with its code (%i)', async () => {
    expect(await run('exit after loading')).toEqual({ code: 3, signal: null, out: '', err: '' })
  })
})

describe('when nothing is left to do', () => {
  it('the process ends by itself', async () => {
    expect(await run('finish')).toEqual({ code: 0, signal: null, out: 'trained on 4\n', err: '' })
  })
})
