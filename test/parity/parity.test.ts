// The project's own copy of the goldens: every file within its tolerances, in each precision.
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { checkFile, goldenFiles } from './folder.js'

const folder = fileURLToPath(new URL('../fixtures/goldens', import.meta.url))
const files = await goldenFiles(folder)

it('has goldens of every kind', () => {
  const kinds = ['augment', 'forward', 'random_split', 'reduce_lr', 'staged', 'train']
  for (const kind of kinds) expect(files.filter((file) => file.startsWith(kind))).not.toEqual([])
})

it.each(files)('%s', async (file) => {
  const { checks, pass } = await checkFile(folder, file, 'cpu')
  expect(checks.filter((check) => !check.pass)).toEqual([])
  expect(checks.length).toBeGreaterThan(0)
  expect(pass).toBe(true)
})
