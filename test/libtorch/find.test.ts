import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { findLibTorch, librariesOf } from '../../lib/libtorch/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { versionHeader, writeStandIn } from '../scripts/stand-in.js'

afterEach(() => vi.unstubAllEnvs())

/** An empty cache, and LIBTORCH as given. */
function surroundings(libtorch: string): string {
  const cache = temporaryFolder()
  vi.stubEnv('LIBTORCH', libtorch)
  vi.stubEnv('FACECLS_CACHE', cache)
  return cache
}

function thrown(): { code: string; message: string } {
  try {
    findLibTorch()
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('A LibTorch was found.')
}

describe('what does not fit is refused with what was looked for, where, and the remedy', () => {
  test('nothing anywhere', () => {
    const cache = surroundings('')
    const { code, message } = thrown()
    expect(code).toBe('LIBTORCH')
    expect(message).toContain('LIBTORCH (not set)')
    expect(message).toContain(`the cache "${cache}/libtorch" (FACECLS_CACHE moves it)`)
    expect(message).toMatch(/Fetch it with: npx facecls-torch setup$/)
  })

  test('LIBTORCH without one, though the cache has one', () => {
    const cache = surroundings(temporaryFolder())
    writeStandIn(join(cache, 'libtorch/2.13.0-cpu/torch'), '2.13.0')
    const { code, message } = thrown()
    expect(code).toBe('LIBTORCH')
    expect(message).toMatch(/holds no LibTorch: looked for lib\/libtorch_cpu\.so and .*version\.h/)
    expect(message).toContain(
      'Set LIBTORCH to a LibTorch 2.13 or to the torch folder of a PyTorch 2.13, or unset it.',
    )
  })

  test.each(['2.12.1', '2.14.0', '3.13.0'])('LIBTORCH of version %s', (version) => {
    surroundings(writeStandIn(temporaryFolder(), version))
    expect(thrown().message).toMatch(
      new RegExp(`is LibTorch ${version.replaceAll('.', '\\.')}, but .* takes 2\\.13\\.x only`),
    )
  })

  test('a header that names no version', () => {
    const folder = writeStandIn(temporaryFolder(), '2.13.0')
    writeFileSync(join(folder, 'include/torch/headeronly/version.h'), '#pragma once')
    surroundings(folder)
    expect(thrown().message).toContain('holds no LibTorch')
  })

  test('a hostile folder name cannot move the cursor', () => {
    surroundings('/nowhere/\u001b[2J')
    expect(thrown().message).toContain('"/nowhere/\\u001b[2J"')
  })

  test('a cache with other versions and half-made folders only', () => {
    const cache = surroundings('')
    writeStandIn(join(cache, 'libtorch/2.12.0-cpu/torch'), '2.12.0')
    mkdirSync(join(cache, 'libtorch/.fetch-7/torch/lib'), { recursive: true })
    writeFileSync(join(cache, 'libtorch/note.txt'), versionHeader('2.13.0'))
    expect(thrown().code).toBe('LIBTORCH')
  })
})

test('LIBTORCH goes before the cache, a later patch included', () => {
  const folder = writeStandIn(temporaryFolder(), '2.13.2')
  const cache = surroundings(folder)
  writeStandIn(join(cache, 'libtorch/2.13.0-cpu/torch'), '2.13.0')
  expect(findLibTorch()).toEqual({ root: folder, version: '2.13.2', variant: 'cpu', origin: 'LIBTORCH' })
})

test('the cache is used where LIBTORCH is not set; CUDA shows by its library', () => {
  const cache = surroundings('')
  const root = writeStandIn(join(cache, 'libtorch/2.13.0-cu130/torch'), '2.13.0')
  writeFileSync(join(root, 'lib/libtorch_cuda.so'), '')
  const origin = `the cache "${cache}/libtorch"`
  expect(findLibTorch()).toEqual({ root, version: '2.13.0', variant: 'cuda', origin })
})

test('of several in the cache, the one for CUDA goes first, and none that is being made', () => {
  const cache = surroundings('')
  for (const entry of ['.fetch-1', '2.13.0-cpu', '2.13.0-cuda'])
    writeStandIn(join(cache, 'libtorch', entry, 'torch'), '2.13.0')
  writeFileSync(join(cache, 'libtorch/2.13.0-cuda/torch/lib/libtorch_cuda.so'), '')
  expect(findLibTorch().root).toBe(join(cache, 'libtorch/2.13.0-cuda/torch'))
})

test('of several in the cache, the one that was set up last goes before the one for CUDA, while it is there', () => {
  const cache = surroundings('')
  for (const entry of ['2.13.0-cpu', '2.13.0-cuda'])
    writeStandIn(join(cache, 'libtorch', entry, 'torch'), '2.13.0')
  writeFileSync(join(cache, 'libtorch/2.13.0-cuda/torch/lib/libtorch_cuda.so'), '')
  writeFileSync(join(cache, 'libtorch/chosen'), '2.13.0-cpu\n')
  expect(findLibTorch().variant).toBe('cpu')
  rmSync(join(cache, 'libtorch/2.13.0-cpu'), { recursive: true })
  expect(findLibTorch().variant).toBe('cuda')
})

test('a cache whose place a file has is an empty one', () => {
  const cache = surroundings('')
  writeFileSync(join(cache, 'libtorch'), '')
  expect(thrown().message).toContain('was not found')
})

test('the libraries are opened each before the ones that need it', () => {
  const root = writeStandIn(temporaryFolder(), '2.13.0')
  surroundings(root)
  const names = ['libgomp-0a1b2c3d.so.1', 'libc10.so', 'libtorch_cpu.so', 'libtorch.so']
  expect(librariesOf(findLibTorch())).toEqual(names.map((name) => join(root, 'lib', name)))
})
