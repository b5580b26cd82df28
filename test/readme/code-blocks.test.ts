// Every code block of the documents runs as its reader would run it; the examples of docstrings fit the types.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { fileFolder } from '../files/temporary-folder.js'
import { docstringExamples } from './docstring-examples.js'
import { blocksOf, type CodeBlock, documents, root } from './markdown.js'
import { type Module, makeProject, moduleText, typeErrors, writeModules } from './modules.js'
import type { Ran, Runnable } from './run-blocks.js'

/** All that is changed before a block runs; what the type checker reads is not. */
const SUBSTITUTIONS = [
  // Published weights are a download of 100 MB from another site: a file of the same layout takes their place.
  ["'vggface2'", "'vggface2.safetensors'"],
] as const

const all = documents.flatMap(blocksOf)
const of = (language: string): CodeBlock[] => all.filter((block) => block.language === language)

it('is of a language that is checked', () => {
  const known = ['ts', 'sh', 'json', 'csv']
  expect(all.filter(({ language }) => !known.includes(language)).map(({ place }) => place)).toEqual([])
})

it.each(of('json'))('JSON at $place parses', ({ text }) => {
  expect(JSON.parse(text)).toBeTypeOf('object')
})

it.each(of('csv'))('CSV at $place parses', ({ text }) => {
  expect((parse(text) as string[][]).length).toBeGreaterThan(1)
})

describe('TypeScript', () => {
  const folder = fileFolder()
  const blocks = of('ts')
  const examples = docstringExamples()
  let modules: Module[]
  beforeAll(() => {
    makeProject(folder)
    modules = writeModules(folder, [...blocks, ...examples])
  })

  it('fits the public types, word for word', () => {
    expect(blocks.length).toBeGreaterThan(10)
    expect(examples.length).toBeGreaterThan(20)
    expect(typeErrors(modules)).toEqual([])
  })

  it('runs on small photographs', { timeout: 600_000 }, () => {
    const used = new Set<string>()
    const runnable = modules.slice(0, blocks.length).map(({ example, file, imports }, index): Runnable => {
      let { text } = example
      for (const [from, to] of SUBSTITUTIONS) {
        if (text.includes(from)) used.add(from)
        text = text.replaceAll(from, to)
      }
      writeFileSync(file, moduleText(imports, text))
      return { place: example.place, document: (blocks[index] as CodeBlock).document, file }
    })
    expect([...used]).toEqual(SUBSTITUTIONS.map(([from]) => from))
    const ran = runBlocks(folder, runnable)
    expect(ran.filter(({ failure }) => failure !== null)).toEqual([])
    expect(ran).toHaveLength(blocks.length)
  })
})

function runBlocks(project: string, runnable: readonly Runnable[]): Ran[] {
  const cwd = join(project, 'work')
  mkdirSync(cwd)
  writeFileSync(join(project, 'blocks.json'), JSON.stringify(runnable))
  const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/loader.mjs')).href
  const main = join(root, 'test/readme/run-blocks.ts')
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', tsx, main, '../blocks.json', '../ran.json'],
    {
      cwd,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      env: { OMP_WAIT_POLICY: 'PASSIVE', ...process.env, FACECLS_PACKS: join(project, 'packs') },
    },
  )
  if (status !== 0) throw new Error(`The blocks' process ended with ${status}:\n${stderr}`)
  return JSON.parse(readFileSync(join(project, 'ran.json'), 'utf8')) as Ran[]
}
