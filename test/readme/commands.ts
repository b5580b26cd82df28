// Commands as a document prints them, read by the parsers of the programs that they start.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readOptions as readTraining } from '../../examples/01-train-a-classifier/options.js'
import { readOptions as readComparison } from '../../examples/02-compare/options.js'
import { readOptions as readService } from '../../examples/03-serve/options.js'
import { readCommand } from '../../lib/cli/command-line.js'
import { PLATFORM_PACKAGE } from '../../lib/libtorch/index.js'
import { root } from './markdown.js'

const {
  name: packageName,
  version,
  libtorch,
  scripts,
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string
  version: string
  libtorch: string
  scripts: Record<string, string>
}

/** Programs whose parser can be asked without starting them. */
const parsers: Readonly<Record<string, (args: readonly string[]) => unknown>> = {
  start: readTraining,
  compare: readComparison,
  serve: readService,
}

/** The lines of a shell block, without comments. */
export function commandsIn(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
  return lines.filter((line) => line !== '')
}

/**
 * Every command line that a usage stands for: `a [--b|--c] d|e` is six.
 *
 * @throws Error: a bracket is not closed.
 */
export function variantsOf(usage: string): string[] {
  const optional = usage.match(/^([^[]*)\[([^\]]*)\](.*)$/)
  if (optional) {
    const [, before = '', inside = '', after = ''] = optional
    return ['', ...inside.split('|')].flatMap((choice) => variantsOf(`${before}${choice}${after}`))
  }
  if (/[[\]]/.test(usage)) throw new Error(`${usage}: a bracket is not closed`)
  const words = usage.split(/\s+/).filter((word) => word !== '')
  return words.reduce(
    (lines, word) => lines.flatMap((line) => word.split('|').map((choice) => `${line} ${choice}`.trim())),
    [''],
  )
}

/**
 * @param variables Names that may be exported.
 * @throws what the parser of the program says, or Error: there is no such command.
 */
export function checkCommand(command: string, variables: ReadonlySet<string>): void {
  const [program, ...args] = command.split(/\s+/)
  const [variable = ''] = args[0]?.split('=') ?? []
  if (program === 'npm') checkNpm(args, command)
  else if (program === 'npx' && args[0] === 'facecls-torch') readCommand(args.slice(1))
  else if (program === 'curl') checkRequest(command)
  else if (program === 'node' && args[0] !== undefined && existsSync(join(root, args[0]))) return
  else if (program !== 'export' || !variables.has(variable))
    throw new Error(`Nothing is known of the command ${command}`)
}

function checkNpm(args: readonly string[], command: string): void {
  const words = args.filter((word) => word !== '-s')
  const [first = '', second = ''] = words
  if (first === 'ci') return
  if (first === 'install' && (second === packageName || second === '--save-dev')) return
  if (first === 'install' && words.some((word) => word.endsWith('.tgz'))) {
    checkTarballs(words, command)
    return
  }
  const script = first === 'run' ? second : first
  if (scripts[script] === undefined) throw new Error(`package.json has no script for ${command}`)
  const after = words.indexOf('--')
  const options = after < 0 ? [] : words.slice(after + 1)
  const parser = parsers[script]
  if (parser !== undefined) parser(options)
  else checkByName(script, options)
}

/** That all tarballs are named as npm pack names those of this project. */
function checkTarballs(words: readonly string[], command: string): void {
  const own = [`${packageName}-${version}`, `${PLATFORM_PACKAGE}-${libtorch}`]
  const names = own.map((name) => `${name.replace('@', '').replace('/', '-')}.tgz`)
  const others = words.filter((word) => word.endsWith('.tgz') && !names.includes(word))
  if (others.length > 0) throw new Error(`${others.join(' ')} of ${command} is no tarball of this project`)
}

/** That the service answers at the address of a request. */
function checkRequest(command: string): void {
  const path = command.match(/http:\/\/127\.0\.0\.1:8080(\/\w*)/)?.[1]
  if (path === undefined || !sourceIn('examples/03-serve').includes(`'${path}'`))
    throw new Error(`The service does not answer to ${command}`)
}

/** That each option stands in the table which the program gives to its parser. */
function checkByName(script: string, options: readonly string[]): void {
  const main = scripts[script]?.match(/(?:test|bench|examples)\/[\w/-]+\.ts/)?.[0]
  if (main === undefined) {
    if (options.length > 0) throw new Error(`${script} takes no options`)
    return
  }
  const [part = ''] = options
  const inner = join(dirname(main), part)
  const isPart =
    part !== '' &&
    !part.startsWith('-') &&
    statSync(join(root, inner), { throwIfNoEntry: false })?.isDirectory()
  const source = isPart ? sourceIn(inner) : sourceIn(main)
  for (const option of options.filter((word) => word.startsWith('--'))) {
    const name = option.slice(2).split('=')[0]
    const row = new RegExp(`(?<![\\w-])['"]?${name}['"]?: (?:\\{ type:|number\\b)`)
    if (!row.test(source)) throw new Error(`${script} has no option ${option}`)
  }
}

/** A file with its neighbour that reads the arguments, or all files of a folder. */
function sourceIn(path: string): string {
  const isFolder = statSync(join(root, path)).isDirectory()
  const files = isFolder
    ? readdirSync(join(root, path)).map((name) => join(path, name))
    : [path, join(dirname(path), 'arguments.ts')]
  return files
    .filter((file) => file.endsWith('.ts') && existsSync(join(root, file)))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
}

/** How a script starts its program once everything is set up: the part of it that is no set-up. */
export function programOf(script: string): string {
  return scripts[script]?.split('&& ').at(-1) ?? ''
}
