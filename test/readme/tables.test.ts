// What the front page promises in tables, held against the code: environment variables, codes of errors, messages, links.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeSpans, documents, linksOf, root, tableOf } from './markdown.js'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Of the system and of Node.js; what the package does with them is no setting of its own. */
const NO_SETTINGS = new Set(['PATH', 'NODE_OPTIONS'])

describe('environment variables', () => {
  /** They are no line of this code, but of what it stands on. */
  const readByOthers: Readonly<Record<string, string>> = {
    HTTPS_PROXY: 'undici',
    HTTP_PROXY: 'undici',
    NO_PROXY: 'undici',
    OMP_NUM_THREADS: 'libgomp',
    CUDA_VISIBLE_DEVICES: 'CUDA',
    CMAKE_BUILD_PARALLEL_LEVEL: 'CMake',
  }

  function readByCode(): string[] {
    const patterns = [
      /process\.env\.([A-Z_\d]+)/g,
      /\{([^{}]*)\}\s*=\s*process\.env\b/g,
      /\bgetenv\("([A-Z_\d]+)"\)/g,
      /\$\{([A-Z_]+):-/g, // of a script of package.json
    ]
    const files = sources('lib', 'native', 'scripts')
    const text = [...files, 'package.json'].map(read).join('\n')
    const names = patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, found = '']) => found))
    return names
      .flatMap((found) => found.match(/[A-Z][A-Z_\d]+/g) ?? [])
      .filter((name) => !NO_SETTINGS.has(name))
  }

  it('are all in the table, and the table has no others', () => {
    const listed = tableOf('README.md', 'variable').flatMap(([cell = '']) => codeSpans(cell))
    expect([...listed].sort()).toEqual([...new Set([...readByCode(), ...Object.keys(readByOthers)])].sort())
  })
})

describe('codes of errors', () => {
  const union = read('lib/errors.ts').match(/type TorchErrorCode =([\s\S]*?)\n\n/)?.[1] ?? ''
  const codes = [...union.matchAll(/\| '([A-Z_]+)'/g)].map(([, code = '']) => code)

  it('are all in the table, each with its meaning and a remedy', () => {
    const rows = tableOf('README.md', 'code')
    expect(rows.map(([cell = '']) => codeSpans(cell)[0])).toEqual(codes)
    for (const cells of rows) for (const cell of cells) expect(cell).not.toBe('')
  })

  it('are those of the native code too', () => {
    const text = sources('native').map(read).join('\n')
    const thrown = [...text.matchAll(/(?:CodedError\(|coded_error\(\w+, )"([A-Z_]+)"/g)].map(
      ([, code]) => code,
    )
    expect(new Set(thrown)).toContain('NETWORK')
    expect(thrown.filter((code) => !codes.includes(code as string))).toEqual([])
  })
})

describe('messages', () => {
  /** Messages as they stand in the code, literals that are added to each other as one. */
  const text = sources('lib', 'native', 'scripts')
    .map(read)
    .join('\n')
    .replace(/['"`]\s*\+?\s*\n\s*['"`]/g, '')

  const messages = tableOf('README.md', 'what you see').flatMap(([cell = '']) => codeSpans(cell))
  it.each(messages)('%s is one of the code', (message) => {
    const pieces = message.split('...').map((part) => part.trim())
    expect(pieces.filter((piece) => !wordsOf(piece).test(text))).toEqual([])
  })

  /** A number or an address may be said by an expression in the code. */
  function wordsOf(piece: string): RegExp {
    const words = piece.split(/(\d[\w.]*|"\S*|\S+=$)/).map((word, index) => {
      const literal = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      return index % 2 ? `(?:${literal}|["\\w]*\\$\\{[^}]+\\}[\\w.]*)` : literal
    })
    return new RegExp(words.join(''))
  }
})

describe('links', () => {
  it.each(documents)('of %s lead somewhere', (document) => {
    const own = linksOf(document).filter((link) => !/^https?:/.test(link))
    expect(own.filter((link) => !existsSync(join(root, dirname(document), link.replace(/#.*/, ''))))).toEqual(
      [],
    )
  })

  it('of the front page lead to every document', () => {
    expect(linksOf('README.md')).toEqual(expect.arrayContaining(documents.slice(1)))
  })
})

/** The files of the code in these folders of the root. */
function sources(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|mjs|cc|h)$/.test(name))
      .map((name) => join(folder, name)),
  )
}
