import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../files/temporary-folder.js'
import { writeStandIn } from '../scripts/stand-in.js'

const root = join(import.meta.dirname, '../..')
const { libtorch } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { libtorch: string }

interface Outcome {
  [key: string]: unknown
}

interface Run {
  package?: string
  platform?: string
  task?: 'import' | 'use' | 'workers'
  env?: Record<string, string>
}

/** What the processes or threads printed, one object each. */
function run({ package: folder = root, platform = 'linux', task = 'use', env = {} }: Run): Outcome[] {
  const { OMP_WAIT_POLICY: _, GOMP_SPINCOUNT: __, ...inherited } = process.env
  const args = [join(import.meta.dirname, 'load-child.mjs'), folder, platform, task]
  const child = spawnSync(process.execPath, args, {
    env: { ...inherited, ...env },
    encoding: 'utf8',
    timeout: 60_000,
  })
  expect(child.status, child.stderr).toBe(0)
  return child.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome)
}

/** A package of the native room alone, for LibTorch `version`, with these files of build/Release. */
function packageWith(files: string[], version = libtorch): string {
  const folder = temporaryFolder()
  cpSync(join(root, 'lib'), join(folder, 'lib'), { recursive: true })
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'copy', type: 'module', libtorch: version }),
  )
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(join(folder, 'build/Release'), { recursive: true })
  for (const file of files)
    copyFileSync(join(root, 'build/Release', file), join(folder, 'build/Release', file))
  return folder
}

describe('importing loads nothing and never throws', () => {
  test.each(['linux', 'darwin', 'win32', 'freebsd'])('on %s', (platform) => {
    const env = { LIBTORCH: '/nowhere' }
    expect(run({ package: packageWith([]), platform, task: 'import', env })).toEqual([{ loaded: false }])
  })
})

describe('the first use says what is missing', () => {
  test('no addon: the command that builds it', () => {
    const [outcome] = run({ package: packageWith([]) })
    expect(outcome).toMatchObject({ name: 'TorchError', code: 'ADDON' })
    expect(outcome?.message).toMatch(
      /for linux-x64 was found in build\/Release or prebuilds .* npx facecls-torch build$/,
    )
  })

  test('no addon for this platform: where it runs', () => {
    const [outcome] = run({ package: packageWith([]), platform: 'darwin' })
    expect(outcome).toMatchObject({
      code: 'ADDON',
      message: expect.stringMatching(/for darwin-x64 .* Linux x64 with glibc/),
    })
  })

  test('a loader without its core', () => {
    const [outcome] = run({ package: packageWith(['facecls_torch.node']) })
    expect(outcome).toMatchObject({ code: 'ADDON' })
    expect(outcome?.message).toMatch(/Cannot load .*libfacecls_core\.so: .*No such file/)
  })

  test('no LibTorch where LIBTORCH points', () => {
    const [outcome] = run({ env: { LIBTORCH: '/nowhere' } })
    expect(outcome).toMatchObject({
      code: 'LIBTORCH',
      message: expect.stringContaining('LIBTORCH="/nowhere"'),
    })
  })

  test('a LibTorch that the system cannot load', () => {
    const folder = writeStandIn(temporaryFolder(), libtorch)
    const [outcome] = run({ env: { LIBTORCH: folder } })
    expect(outcome).toMatchObject({ code: 'LIBTORCH' })
    expect(outcome?.message).toMatch(
      /LibTorch .* from LIBTORCH cannot be loaded: Cannot load .*libgomp.*: .*\. See what is wrong, .* npx facecls-torch doctor$/,
    )
  })

  test('another minor version than the addon was built with, before any of it is loaded', () => {
    const folder = packageWith(['facecls_torch.node', 'libfacecls_core.so'], '2.12.0')
    const env = { LIBTORCH: writeStandIn(temporaryFolder(), '2.12.0') }
    const [outcome] = run({ package: folder, env })
    expect(outcome).toMatchObject({ code: 'LIBTORCH' })
    expect(outcome?.message).toMatch(
      /was built with LibTorch 2\.13 and takes no other minor version, but .* is 2\.12\.0/,
    )
  })
})

describe('the loader', () => {
  const loader = createRequire(import.meta.url)(join(root, 'build/Release/facecls_torch.node')) as {
    load(spec?: unknown): unknown
  }

  test.each([
    [undefined, "Expected { libraries: string[], core: string, waiting: 'spin' | 'sleep' }"],
    [{ core: '/a.so' }, "Expected { libraries: string[], core: string, waiting: 'spin' | 'sleep' }"],
    [{ libraries: [], core: '/a.so' }, "Expected 'spin' or 'sleep' for waiting"],
    [{ libraries: [], core: '/a.so', waiting: 'run' }, "Expected 'spin' or 'sleep' for waiting"],
    [{ libraries: ['libc10.so'], core: '/a.so', waiting: 'spin' }, 'Expected an absolute path for libraries'],
    [{ libraries: [], core: 'a.so' }, 'Expected an absolute path for core'],
    [{ libraries: [], core: 7 }, 'Expected an absolute path for core'],
  ])('refuses %o', (spec, message) => {
    expect(() => loader.load(spec)).toThrow(new TypeError(message))
  })

  test('marks the file that cannot be opened', () => {
    const spec = { libraries: ['/nowhere/libc10.so'], core: '/nowhere/core.so', waiting: 'sleep' }
    expect(() => loader.load(spec)).toThrow(expect.objectContaining({ library: '/nowhere/libc10.so' }))
  })
})

describe('LibTorch is loaded once, for every thread', () => {
  test('in the main thread and three worker threads, and the process ends by itself', () => {
    const outcomes = run({ task: 'workers' })
    expect(outcomes).toHaveLength(4)
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ torchVersion: expect.stringMatching(/^2\.13\./), same: true })
    }
  })

  /** What libgomp itself says of how its threads wait; 0 turns: they sleep. */
  function spinCount(purpose: string, env: Record<string, string> = {}): string | undefined {
    const { OMP_WAIT_POLICY: _, GOMP_SPINCOUNT: __, ...inherited } = process.env
    const args = [join(import.meta.dirname, 'load-child.mjs'), root, 'linux', purpose]
    const child = spawnSync(process.execPath, args, {
      env: { ...inherited, OMP_DISPLAY_ENV: 'VERBOSE', ...env },
      encoding: 'utf8',
    })
    return /GOMP_SPINCOUNT = '(.*)'/.exec(child.stderr)?.[1]
  }

  test.each([
    ['training', {}, '5000'],
    ['inference', {}, '0'],
    ['inference', { GOMP_SPINCOUNT: '1000' }, '1000'],
    ['training', { OMP_WAIT_POLICY: 'PASSIVE' }, '0'],
  ])('for %s with %o its waiting threads spin %s times', (purpose, env, count) => {
    expect(spinCount(purpose, env)).toBe(count)
  })

  test('and child processes inherit no setting of ours', () => {
    expect(run({})).toMatchObject([{ policy: null, spinCount: null }])
  })
})
