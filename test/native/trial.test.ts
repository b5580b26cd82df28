import { appendFileSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { forgetTrials, type LibTorch } from '../../lib/libtorch/index.js'
import { trialOf } from '../../lib/native/trial.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { library, writeStandIn } from '../scripts/stand-in.js'

const driver = vi.hoisted(() => ({ version: null as string | null }))
vi.mock('../../lib/libtorch/driver.js', async (original) => ({
  ...(await original<typeof import('../../lib/libtorch/driver.js')>()),
  nvidiaDriver: () => driver.version,
}))

let cache: string
let libtorch: LibTorch
beforeEach(() => {
  vi.unstubAllEnvs()
  cache = temporaryFolder()
  vi.stubEnv('FACECLS_CACHE', cache)
  driver.version = null
  const root = writeStandIn(join(temporaryFolder(), 'torch'), '2.13.0')
  writeFileSync(join(root, 'lib/libtorch_cuda.so'), library('cuda'))
  libtorch = { root, version: '2.13.0', variant: 'cuda', origin: 'a test' }
})

/** An addon whose load() does what the script says, and a file that counts how often it was asked. */
function addonThat(script: string) {
  const folder = temporaryFolder()
  const [addon, counter, core] = ['addon.cjs', 'counter', 'core.so'].map((name) => join(folder, name))
  writeFileSync(
    addon as string,
    `require('node:fs').appendFileSync(${JSON.stringify(counter)}, '.')
     exports.load = ({ libraries, core, waiting }) => { ${script} }`,
  )
  const tries = (): number => (existsSync(counter as string) ? readFileSync(counter as string).length : 0)
  return { files: { addon: addon as string, core: core as string }, tries }
}

const FINE = 'return { computeInfo: () => ({ cudaDevices: 0 }), stop() {} }'
const refusing = (file: string): string =>
  `throw Object.assign(new Error('Cannot load x: libcudart.so.13: cannot open\\u001b'), { library: ${file} })`

describe('what comes of loading it in a process of its own', () => {
  test.each<[string, string, string | null]>([
    ['it loads', FINE, null],
    [
      'a library that lacks another',
      refusing('libraries[0]'),
      'Cannot load x: libcudart.so.13: cannot open\\u001b',
    ],
    ['a library that ends the process', 'process.abort()', 'a process that loaded it was ended by SIGABRT'],
    [
      'a library that leaves, and says why',
      "console.error('first'); console.error('forward compatibility'); process.exit(3)",
      'a process that loaded it ended with 3: forward compatibility',
    ],
    [
      'CUDA that does not start',
      "return { computeInfo() { throw new Error('CUDA error 803') }, stop() {} }",
      'CUDA error 803',
    ],
    [
      'a library that prints lines of its own',
      `console.log('hello'); process.stdout.write('x'); ${FINE}`,
      null,
    ],
  ])('%s, which is remembered', (_what, script, reason) => {
    const { files, tries } = addonThat(script)
    const outcome = { reason: reason === null ? null : expect.stringContaining(reason) }
    expect(trialOf(libtorch, files)).toEqual(outcome)
    expect(trialOf(libtorch, files)).toEqual(outcome)
    expect(tries()).toBe(1)
  })

  test.each([
    ['the core, which is no fault of the LibTorch', refusing('core')],
    ['the addon', "throw new TypeError('Expected an absolute path')"],
  ])('nothing is remembered where what does not load is %s', (_what, script) => {
    const { files, tries } = addonThat(script)
    for (const _ of [1, 2]) expect(trialOf(libtorch, files)).toEqual({ reason: null })
    expect(tries()).toBe(2)
  })

  test('nor where no child can be started', () => {
    const { files, tries } = addonThat(refusing('libraries[0]'))
    const node = process.execPath
    process.execPath = '/nowhere/node'
    try {
      expect(trialOf(libtorch, files)).toEqual({ reason: null })
    } finally {
      process.execPath = node
    }
    expect(tries()).toBe(0)
    expect(existsSync(join(cache, 'libtorch/trials.json'))).toBe(false)
  })

  test('the child tries nothing in a child of its own, and takes over no options of Node.js', () => {
    vi.stubEnv('NODE_OPTIONS', '--require /nowhere/hook.cjs')
    const { files, tries } = addonThat(
      `if (process.env.NODE_OPTIONS) throw new Error('options'); if (!process.env.FACECLS_WITHIN_TRIAL) throw new Error('mark'); ${FINE}`,
    )
    expect(trialOf(libtorch, files)).toEqual({ reason: null })
    expect(tries()).toBe(1)
    vi.stubEnv('FACECLS_WITHIN_TRIAL', '1')
    forgetTrials()
    expect(trialOf(libtorch, files)).toEqual({ reason: null })
    expect(tries()).toBe(1)
  })
})

describe('it is tried again', () => {
  test.each<[string, () => unknown]>([
    ['a library has changed', () => utimesSync(join(libtorch.root, 'lib/libtorch_cuda.so'), 1, 1)],
    ['one has come', () => writeFileSync(join(libtorch.root, 'lib/libnew.so'), '')],
    ['those of NVIDIA have come', () => mkdirSync(join(libtorch.root, '../nvidia'))],
    ['the driver is another', () => Object.assign(driver, { version: '580.65.06' })],
    ['the record is forgotten', () => forgetTrials()],
    ['the record is damaged', () => appendFileSync(join(cache, 'libtorch/trials.json'), '}')],
    [
      'the record holds something else',
      () =>
        writeFileSync(
          join(cache, 'libtorch/trials.json'),
          JSON.stringify({ [libtorch.root]: { reason: 7 } }),
        ),
    ],
  ])('where %s', (_what, change) => {
    const { files, tries } = addonThat(FINE)
    utimesSync(join(libtorch.root, 'lib'), 1, 1) // so that a change within the same millisecond shows
    trialOf(libtorch, files)
    change()
    trialOf(libtorch, files)
    expect(tries()).toBe(2)
    trialOf(libtorch, files)
    expect(tries()).toBe(2)
  })

  test('where the cache cannot be written', () => {
    writeFileSync(join(cache, 'libtorch'), 'a file where the folder would be')
    const { files, tries } = addonThat(refusing('libraries[0]'))
    for (const _ of [1, 2]) expect(trialOf(libtorch, files).reason).toContain('libcudart')
    expect(tries()).toBe(2)
  })
})

test('each LibTorch has a record of its own', () => {
  const other = { ...libtorch, root: writeStandIn(join(temporaryFolder(), 'torch'), '2.13.0') }
  trialOf(libtorch, addonThat(FINE).files)
  trialOf(other, addonThat(refusing('libraries[0]')).files)
  const { files, tries } = addonThat(FINE)
  expect(trialOf(libtorch, files).reason).toBeNull()
  expect(trialOf(other, files).reason).toContain('libcudart')
  expect(tries()).toBe(0)
})
