import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { damageOf } from '../../lib/libtorch/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { library, writeStandIn } from '../scripts/stand-in.js'

function libtorch(variant: 'cpu' | 'cuda' = 'cpu') {
  return { root: writeStandIn(temporaryFolder(), '2.13.0'), version: '2.13.0', variant, origin: 'a test' }
}

describe('a LibTorch that is not whole', () => {
  test.each(['libc10.so', 'libtorch.so', 'libtorch_cpu.so'])('%s is missing', (name) => {
    const one = libtorch()
    rmSync(join(one.root, 'lib', name))
    expect(damageOf(one)).toBe(`lib/${name} is missing`)
  })

  test('one for CUDA without its library', () => {
    expect(damageOf(libtorch('cuda'))).toBe('lib/libtorch_cuda.so is missing')
  })

  test('a library that was cut, whichever it is', () => {
    for (const name of ['libtorch_cpu.so', 'libgomp-0a1b2c3d.so.1']) {
      const one = libtorch()
      truncateSync(join(one.root, 'lib', name), 64)
      expect(damageOf(one)).toBe(`lib/${name} is cut: it has 64 of at least 66 bytes`)
    }
  })

  test('an empty file, and one of something else', () => {
    const one = libtorch()
    writeFileSync(join(one.root, 'lib/libc10.so'), '')
    expect(damageOf(one)).toBe('lib/libc10.so is no library')
    writeFileSync(join(one.root, 'lib/libc10.so'), library('arm').replace('\u003e', '\u0037'))
    expect(damageOf(one)).toBe('lib/libc10.so is built for another processor than x64')
    writeFileSync(join(one.root, 'lib/libc10.so'), '<html>'.repeat(100))
    expect(damageOf(one)).toBe('lib/libc10.so is no library')
  })
})

test('a whole one', () => {
  expect(damageOf(libtorch())).toBeNull()
})
