import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'

/** A process that listens, says what it hears and ends when SIGUSR2 asks. `clock` is the source of its time. */
function listener(clock: string) {
  const source = `
    import { listenForInterrupt } from './examples/shared/interrupt.ts'
    import { Terminal } from './examples/shared/terminal.ts'
    const interrupt = listenForInterrupt(new Terminal(), ${clock})
    const alive = setInterval(() => {}, 1000)
    process.on('SIGUSR2', () => {
      clearInterval(alive)
      interrupt.release()
      process.exitCode = interrupt.signal.aborted ? interrupt.exitCode : 99
    })
    console.log('listening', interrupt.exitCode)`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  const heard = (part: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (text.includes(part)) resolve()
      }
      child.stdout.on('data', look)
      look()
    })
  child.stdout.on('data', (data) => {
    text += data
  })
  return { child, heard, ended: once(child, 'exit') }
}

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s aborts the work and leaves exit code %i', async (signal, exitCode) => {
    const { child, heard, ended } = listener('() => 0')
    await heard('listening undefined')
    child.kill(signal)
    await heard('Stopping at the next step')
    child.kill('SIGUSR2')
    expect(await ended).toEqual([exitCode, null])
  })

  it('that comes again at the same moment is the same keystroke', async () => {
    const { child, heard, ended } = listener('() => 0')
    await heard('listening')
    child.kill('SIGINT')
    await heard('Stopping')
    child.kill('SIGINT')
    child.kill('SIGUSR2')
    expect(await ended).toEqual([130, null])
  })

  it('that comes again later ends the process at once', async () => {
    const { child, heard, ended } = listener('() => (globalThis.t = (globalThis.t ?? 0) + 501)')
    await heard('listening')
    child.kill('SIGINT')
    await heard('Stopping')
    child.kill('SIGINT')
    expect(await ended).toEqual([130, null])
  })
})
