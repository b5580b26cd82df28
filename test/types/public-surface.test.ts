// What a user's editor and compiler meet: names that can be imported, and a sentence for each.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../files/temporary-folder.js'
import { publicSurface } from './public-surface.js'

describe('the check itself', () => {
  it('finds a type that a member leads to, and leaves internal members and helpers alone', () => {
    const folder = temporaryFolder()
    const files = {
      'index.d.ts': "export { Shown } from './shown.js'",
      'shown.d.ts': `import type { Hidden, Internal } from './hidden.js'
        interface Helper { deep: Hidden }
        export declare class Shown {
          read(): Helper
          /** @internal */
          write(given: Internal): void
        }`,
      'hidden.d.ts': 'export interface Hidden { a: 1 }\nexport interface Internal { b: 1 }',
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const { names, unexported } = publicSurface(join(folder, 'index.d.ts'))
    expect(names).toMatchObject([{ name: 'Shown', docstring: '' }])
    expect(unexported).toEqual([{ type: 'Hidden', path: 'Shown > Helper > Hidden' }])
  })
})

describe('the public names', () => {
  let surface: ReturnType<typeof publicSurface>
  beforeAll(() => {
    surface = publicSurface()
  })

  it('include every type that one of them mentions', () => {
    expect(surface.names.map(({ name }) => name)).toEqual(expect.arrayContaining(['FaceClassifier', 'Run']))
    expect(surface.unexported).toEqual([])
  })

  it('each have a docstring', () => {
    expect(surface.names.filter(({ docstring }) => docstring === '').map(({ name }) => name)).toEqual([])
  })
})
