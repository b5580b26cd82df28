import { expect, test } from 'vitest'
import { contentProblems, NEEDED } from './contents.js'

test('a tarball that is as it should be', () => {
  expect(contentProblems([...NEEDED, 'dist/data/dataset.js', 'native/specs.h'], 9e6)).toEqual([])
})

test.each([
  'binding.gyp',
  'test/command.ts',
  'lib/index.ts',
  'build/Release/facecls_torch.node',
  '.cmake/build.ninja',
  'dist/index.js.map',
  'dist/.tsbuildinfo',
  'facecls-torch-0.1.0.tgz',
])('%s does not belong there', (path) => {
  expect(contentProblems([...NEEDED, path], 1e6)).toEqual([`${path} is in it`])
})

test('what is missing, and a tarball that is too large', () => {
  const paths = NEEDED.filter((path) => path !== 'LICENSE')
  expect(contentProblems(paths, 10e6)).toEqual([
    'LICENSE is missing',
    'it has 10000000 of less than 10000000 bytes',
  ])
})
