import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isAtLeast, nvidiaDriver, oldestDriver } from '../../lib/libtorch/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'

test.each([
  ['of an archive', 'lib/libcudart-1a2b3c4d.so.13', '580'],
  ['of wheels for CUDA 13', '../nvidia/cu13/lib/libcudart.so.13', '580'],
  ['of wheels for CUDA 12', '../nvidia/cuda_runtime/lib/libcudart.so.12', '525'],
  ['of a CUDA that is not known', 'lib/libcudart.so.99', null],
  ['that does not show', 'lib/libcudart.txt', null],
])('the oldest driver is known by the runtime library %s', (_what, file, driver) => {
  const root = join(temporaryFolder(), 'torch')
  mkdirSync(join(root, 'lib'), { recursive: true })
  mkdirSync(join(root, file, '..'), { recursive: true })
  writeFileSync(join(root, file), '')
  expect(oldestDriver({ root })).toBe(driver)
})

test('the driver of this machine is what its kernel says', () => {
  const file = '/proc/driver/nvidia/version'
  const driver = nvidiaDriver()
  if (existsSync(file)) expect(readFileSync(file, 'utf8')).toContain(driver)
  else expect(driver).toBeNull()
})

test.each([
  ['20.19.0', '20.19', true],
  ['20.18.9', '20.19', false],
  ['24.0.0', '20.19', true],
  ['2.4', '2.28', false],
  ['580', '580', true],
])('%s is at least %s: %s', (version, wanted, outcome) => expect(isAtLeast(version, wanted)).toBe(outcome))
