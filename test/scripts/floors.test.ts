import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../files/temporary-folder.js'

const root = join(import.meta.dirname, '../..')

/** The names of the rules that a small lib of these files breaks. */
function broken(files: Record<string, string>): string[] {
  const folder = temporaryFolder()
  const all = { 'package.json': '{ "type": "module" }', 'lib/index.ts': '', 'examples/a.ts': '', ...files }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const args = [
    program,
    '--config',
    join(root, '.dependency-cruiser.mjs'),
    '--output-type',
    'json',
    'lib',
    'examples',
  ]
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } }
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort()
}

test.each<[string, Record<string, string>, string[]]>([
  [
    'a type from a higher floor',
    {
      'lib/data/index.ts': "export type { T } from '../training/index.js'",
      'lib/training/index.ts': 'export type T = 1',
    },
    ['floor-3-uses-no-higher-floor'],
  ],
  [
    'a room that uses the command line',
    {
      'lib/data/index.ts': "export * from '../cli/index.js'",
      'lib/cli/index.ts': 'export const c = 1',
    },
    ['floor-3-uses-no-higher-floor'],
  ],
  [
    'a file inside another room',
    { 'lib/data/index.ts': "export * from '../files/save.js'", 'lib/files/save.ts': 'export const a = 1' },
    ['rooms-meet-through-index'],
  ],
  [
    'two rooms in a circle',
    {
      'lib/data/index.ts': "export * from './a.js'\nexport * from './b.js'",
      'lib/data/a.ts': "export { m } from '../model/index.js'",
      'lib/data/b.ts': 'export const b = 1',
      'lib/model/index.ts': "export const m = 1\nexport * from './n.js'",
      'lib/model/n.ts': "export { b as n } from '../data/index.js'",
    },
    ['no-circle', 'no-circle-of-rooms'],
  ],
  [
    'a file on no floor',
    { 'lib/extra/index.ts': "import '../index.js'" },
    ['every-file-of-lib-stands-on-a-floor'],
  ],
  [
    'the addon outside its room',
    { 'lib/data/index.ts': "import 'node-gyp-build'" },
    ['lib-uses-what-it-is-shipped-with', 'only-the-native-room-touches-the-addon'],
  ],
  [
    'an example that goes round the public names',
    { 'examples/a.ts': "import '../lib/index.js'" },
    ['examples-use-the-public-package'],
  ],
  [
    'nothing, in a house in order',
    {
      'lib/data/index.ts': "export * from '../files/index.js'",
      'lib/files/index.ts': '',
      'lib/cli/main.ts': "import '../data/index.js'",
    },
    [],
  ],
])('the plan of lib is held: %s', (_what, files, rules) => {
  expect(broken(files)).toEqual(rules)
})
