// The documents of the project as data: their code blocks, tables and links.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { marked, type Token, type Tokens } from 'marked'

export const root = join(import.meta.dirname, '../..')

/** The front page, the reference behind it, and the course: paths from the root. */
export const documents: readonly string[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
  'examples/README.md',
]

export interface CodeBlock {
  /** Where it stands: 'README.md:42'. */
  readonly place: string
  readonly document: string
  /** 'sh' for a block that is only indented: such blocks are commands. */
  readonly language: string
  readonly text: string
}

export function blocksOf(document: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let line = 1
  for (const token of tokensOf(document)) {
    if (token.type === 'code') {
      const { codeBlockStyle, lang, text } = token as Tokens.Code
      const language = codeBlockStyle === 'indented' ? 'sh' : (lang ?? '')
      blocks.push({ place: `${document}:${line}`, document, language, text })
    } else refuseInnerBlocks(document, token)
    line += token.raw.split('\n').length - 1
  }
  return blocks
}

/** The rows of the table below a heading, cells as they are written; `header` is its first cell. */
export function tableOf(document: string, header: string): string[][] {
  const tables = tokensOf(document).filter((token): token is Tokens.Table => token.type === 'table')
  const table = tables.find(({ header: [first] }) => first?.text === header)
  if (table === undefined) throw new Error(`${document} has no table that begins with ${header}`)
  return table.rows.map((row) => row.map(({ text }) => text))
}

/** What stands between backticks. */
export function codeSpans(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string)
}

/** Addresses of links and pictures. */
export function linksOf(document: string): string[] {
  const links: string[] = []
  marked.walkTokens(tokensOf(document), (token) => {
    if (token.type === 'link' || token.type === 'image') links.push((token as Tokens.Link).href)
  })
  return links
}

function tokensOf(document: string): Token[] {
  return marked.lexer(readFileSync(join(root, document), 'utf8'))
}

/** A block inside a list would be overlooked. */
function refuseInnerBlocks(document: string, token: Token): void {
  marked.walkTokens([token], ({ type, raw }) => {
    if (type === 'code') throw new Error(`${document}: move this block out of its list:\n${raw}`)
  })
}
