import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { buildNative } from '../../scripts/bootstrap/native.mjs'
import { holdsAll, lockFits } from '../../scripts/bootstrap/packages.mjs'
import { checkPlatform } from '../../scripts/bootstrap/platform.mjs'
import { hashOf, isCurrent, stamp } from '../../scripts/bootstrap/stamp.mjs'
import { exitCodeOf, SetupError, startStep } from '../../scripts/bootstrap/terminal.mjs'
import { temporaryFolder } from '../files/temporary-folder.js'
import { writeStandIn } from './stand-in.js'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('the platform', () => {
  const host = { versions: { node: '20.19.0' }, platform: 'linux', arch: 'x64' }

  test('an older Node is refused', () => {
    expect(() => checkPlatform({ ...host, versions: { node: '20.18.3' } })).toThrow(
      /20\.19 or later .* this is 20\.18\.3/,
    )
    expect(() => checkPlatform({ ...host, versions: { node: '18.20.0' } })).toThrow(SetupError)
  })

  test.each([
    ['darwin', 'arm64'],
    ['win32', 'x64'],
    ['linux', 'arm64'],
  ])('%s %s is refused with a way out', (platform, arch) => {
    expect(() => checkPlatform({ ...host, platform, arch })).toThrow(
      new RegExp(`this is ${platform} ${arch}\\. Use a container: docker run`),
    )
  })

  test('Linux x64 passes, later Nodes too', () => {
    checkPlatform(host)
    checkPlatform({ ...host, versions: { node: '24.0.0' } })
  })
})

describe('the packages', () => {
  const wanted = {
    '': {},
    'node_modules/a': { version: '1.0.0', integrity: 'x' },
    'node_modules/b': { optional: true },
  }

  test('the lock fits only what package.json asks for now', () => {
    const manifest = { dependencies: { a: '^1.0.0' }, scripts: { test: 'x' } }
    expect(lockFits({ dependencies: { a: '^1.0.0' } }, manifest)).toBe(true)
    expect(lockFits({ dependencies: { a: '^1.1.0' } }, manifest)).toBe(false)
    expect(lockFits({}, manifest)).toBe(false)
    expect(lockFits(undefined, manifest)).toBe(false)
  })

  test('a package that is missing, older or altered is noticed; an optional one of another platform is not', () => {
    expect(holdsAll({ 'node_modules/a': { version: '1.0.0', integrity: 'x' } }, wanted)).toBe(true)
    expect(holdsAll({}, wanted)).toBe(false)
    expect(holdsAll({ 'node_modules/a': { version: '0.9.0', integrity: 'x' } }, wanted)).toBe(false)
    expect(holdsAll({ 'node_modules/a': { version: '1.0.0', integrity: 'y' } }, wanted)).toBe(false)
  })
})

describe('a stamp', () => {
  test('changes with content, name and presence, and with nothing else', () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'lib'))
    writeFileSync(join(root, 'lib', 'a'), 'one')
    const hash = hashOf(root, ['lib', 'other'])
    writeFileSync(join(root, 'lib', 'a'), 'one')
    expect(hashOf(root, ['lib', 'other'])).toBe(hash)
    writeFileSync(join(root, 'lib', 'a'), 'two')
    const changed = hashOf(root, ['lib', 'other'])
    writeFileSync(join(root, 'other'), '')
    const appeared = hashOf(root, ['lib', 'other'])
    expect(new Set([hash, changed, appeared, hashOf(root, ['lib', 'other', { text: 'x' }])]).size).toBe(4)
  })

  test('is current only for its own step and hash', () => {
    const root = temporaryFolder()
    expect(isCurrent(root, 'native', 'h')).toBe(false)
    stamp(root, 'native', 'h')
    expect(isCurrent(root, 'native', 'h')).toBe(true)
    expect(isCurrent(root, 'native', 'i')).toBe(false)
    expect(isCurrent(root, 'typescript', 'h')).toBe(false)
  })
})

describe('the native build names the tool that is missing', () => {
  const tools = (...names: string[]): string => {
    const folder = temporaryFolder()
    for (const name of names) {
      writeFileSync(join(folder, name), '#!/bin/sh\nexit 1\n')
      chmodSync(join(folder, name), 0o755)
    }
    symlinkSync(process.execPath, join(folder, 'node'))
    return folder
  }

  test.each([
    [[], /CMake was not found\. Install it with: apt-get install cmake/],
    [['cmake'], /No C\+\+ compiler was found\. Install one with: apt-get install g\+\+/],
    [['cmake', 'g++'], /Neither ninja nor make was found\. Install one with: apt-get install ninja-build/],
  ])('with %o on PATH', async (names, message) => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    vi.stubEnv('PATH', tools(...names))
    vi.stubEnv('CXX', '')
    const libtorch = { root: writeStandIn(temporaryFolder(), '2.13.0'), version: '2.13.0' }
    await expect(buildNative(temporaryFolder(), libtorch)).rejects.toThrow(message)
  })
})

describe('what a step says', () => {
  function stepOn(terminal: boolean) {
    const stream = Object.assign(new PassThrough(), terminal ? { isTTY: true, columns: 40 } : {})
    const step = startStep('LibTorch', stream)
    return { step, written: () => String(stream.read()) }
  }

  test('plain lines where there is no terminal, progress among them now and then', () => {
    const { step, written } = stepOn(false)
    step.progress('1 of 9')
    step.progress('2 of 9')
    step.done('fetched')
    expect(written()).toMatch(/^LibTorch {5}1 of 9\nLibTorch {5}fetched \(\d+\.\d s\)\n$/)
  })

  test('one line that renews itself on a terminal, within its width', () => {
    const { step, written } = stepOn(true)
    step.progress('x'.repeat(100))
    step.skip('up to date')
    const text = written()
    expect(text).toMatch(/^\r\u001b\[2KLibTorch {5}x{26}\r\u001b\[2KLibTorch {5}up to date\n$/)
  })

  test('hostile text is not obeyed', () => {
    const { step, written } = stepOn(false)
    step.say('a\u001b[31mred\u001b]0;title\u0007b\nc')
    expect(written()).toBe('LibTorch     aredb c\n')
  })

  test('a set-up error is its message alone; any other keeps its stack', async () => {
    const shown = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const failing = (error: Error) => async () => {
      throw error
    }
    expect(await exitCodeOf(async () => {})).toBe(0)
    expect(await exitCodeOf(failing(new SetupError('No cmake.')))).toBe(1)
    expect(await exitCodeOf(failing(new Error('a bug')))).toBe(1)
    expect(shown.mock.calls[0]?.[0]).toBe('\nNo cmake.\n')
    expect(shown.mock.calls[1]?.[0]).toMatch(/a bug\n {4}at /)
  })
})
