// The tarball as linters of packages see it, and the package as import and require find it in a project.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../files/temporary-folder.js'

const root = join(import.meta.dirname, '../..')

/**
 * What is no fault of an ES module alone: a CommonJS file reaches it by `require()`, which Node does from 20.19 on, the
 * least version of `engines`; the rule is made for older ones.
 */
const IGNORED = new Set(['CJSResolvesToESM'])

function run(cwd: string, command: string, args: readonly string[]): string {
  const { NODE_OPTIONS: _, VITEST: __, NODE_ENV: ___, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  return stdout
}

describe('the tarball', () => {
  let tarball: Buffer<ArrayBuffer>
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'facecls-tarball-'))
    try {
      const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
      const [{ filename }] = JSON.parse(run(root, 'npm', args)) as [{ filename: string }]
      tarball = Buffer.from(readFileSync(join(folder, filename)))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('has nothing that publint minds', async () => {
    const bytes = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length)
    const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true })
    expect(pkg?.name).toBe('@facecls/torch')
    expect(messages.map((message) => formatMessage(message, pkg ?? {}, { color: false }))).toEqual([])
  })

  it('has types that fit its modules, however they are resolved', async () => {
    const result = await checkPackage(createPackageFromTarballData(tarball))
    if (result.types === false) throw new Error('Expected types in the tarball but received none')
    expect(Object.keys(result.entrypoints)).toEqual(['.', './package.json'])
    expect(result.problems.filter(({ kind }) => !IGNORED.has(kind))).toEqual([])
    // A rule that no longer applies leaves the list.
    expect(new Set(result.problems.map(({ kind }) => kind))).toEqual(IGNORED)
  })
})

describe('in a project', () => {
  const names = "Object.keys(m).filter((name) => name !== 'default' && name !== 'module.exports').sort()"

  it('import and require give the same names, and the same objects', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'node_modules/@facecls'), { recursive: true })
    symlinkSync(root, join(folder, 'node_modules/@facecls/torch'))
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    writeFileSync(
      join(folder, 'imports.mjs'),
      `import * as m from '@facecls/torch'\nconsole.log(JSON.stringify(${names}))`,
    )
    writeFileSync(
      join(folder, 'requires.cjs'),
      `const m = require('@facecls/torch')
      import('@facecls/torch').then((n) => console.log(JSON.stringify([${names}, m.Predictor === n.Predictor])))`,
    )
    const imported: unknown = JSON.parse(run(folder, process.execPath, ['imports.mjs']))
    const required: unknown = JSON.parse(run(folder, process.execPath, ['--no-warnings', 'requires.cjs']))
    expect(imported).toEqual(expect.arrayContaining(['FaceClassifier', 'FaceDataset', 'Predictor']))
    expect(required).toEqual([imported, true])
  })
})
