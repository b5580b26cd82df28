import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runProgram } from '../../lib/libtorch/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'

test('lines of both streams come as they are written, with the exit status', async () => {
  const lines: string[] = []
  const script = 'echo one; echo two >&2; exit 3'
  const { code, output } = await runProgram('sh', ['-c', script], { onLine: (line) => lines.push(line) })
  expect({ code, lines: lines.sort() }).toEqual({ code: 3, lines: ['one', 'two'] })
  expect(output.split('\n').sort()).toEqual(['one', 'two'])
})

test('a program that is not there rejects, and one that a signal ended has no status', async () => {
  await expect(runProgram('/nowhere/program', [])).rejects.toThrow('ENOENT')
  expect((await runProgram('sh', ['-c', 'kill -KILL $$'])).code).toBeNull()
})

test('an abort ends what the program has started too, as a shim does that is found for python3', async () => {
  const folder = temporaryFolder()
  const [shim, number] = [join(folder, 'shim'), join(folder, 'number')]
  // It holds the streams open, so that nothing would close while it runs.
  writeFileSync(shim, `#!/bin/sh\nsleep 600 & echo $! > '${number}'; echo begun; wait`)
  chmodSync(shim, 0o755)
  const controller = new AbortController()
  const reason = new Error('enough')
  const running = runProgram(shim, [], {
    signal: controller.signal,
    onLine: () => controller.abort(reason),
  })
  await expect(running).rejects.toBe(reason)
  expect(existsSync(`/proc/${readFileSync(number, 'utf8').trim()}/exe`)).toBe(false)
})

test('one that is aborted already starts nothing', async () => {
  const file = join(temporaryFolder(), 'begun')
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(runProgram('touch', [file], { signal })).rejects.toThrow('enough')
  expect(existsSync(file)).toBe(false)
})
