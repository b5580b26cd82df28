// The examples in the docstrings of the declarations that are shipped.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './markdown.js'
import type { Example } from './modules.js'

const dist = join(root, 'dist')

/** Their names are not public, and what an example of them needs is not either. */
const INTERNAL = /^pictures\/|^data\/decode\.d\.ts$/

export function docstringExamples(): Example[] {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.d.ts'),
  )
  return files
    .filter((name) => !INTERNAL.test(name))
    .sort()
    .flatMap((name) => {
      const text = readFileSync(join(dist, name), 'utf8')
      const file = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true)
      return examplesIn(file, `dist/${name}`)
    })
}

function examplesIn(file: ts.SourceFile, name: string): Example[] {
  const found = new Map<number, Example>() // a tag belongs to a statement and to what is declared in it
  const visit = (node: ts.Node): void => {
    for (const tag of ts.getJSDocTags(node)) {
      const text = ts.getTextOfJSDocComment(tag.comment)
      if (tag.tagName.text !== 'example' || text === undefined) continue
      const { line } = file.getLineAndCharacterOfPosition(tag.pos)
      found.set(tag.pos, { place: `${name}:${line + 1}`, text })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return [...found.values()]
}
