// Every command that the documents print is one that its program understands; those that are quick run.

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { HELP_TEXT } from '../../lib/cli/command-line.js'
import { checkCommand, commandsIn, programOf, variantsOf } from './commands.js'
import { blocksOf, codeSpans, documents, root, tableOf } from './markdown.js'

const variables = new Set(tableOf('README.md', 'variable').flatMap(([cell = '']) => codeSpans(cell)))
const commands = documents
  .flatMap(blocksOf)
  .filter(({ language }) => language === 'sh')
  .flatMap(({ place, text }) => commandsIn(text).map((command) => ({ place, command })))

describe('the check itself', () => {
  it.each([
    ['npm run nothing', 'package.json has no script'],
    ['npm run -s fuzz -- --minutes 3', 'fuzz has no option --minutes'],
    ['npm run -s bench -- data --pictures 3', 'bench has no option --pictures'],
    ['npm start -- --epoch 3', 'Unknown option "--epoch"'],
    ['npx facecls-torch setup --gpu', 'Unknown option of setup "--gpu"'],
    ['export FACECLS_NOTHING=1', 'Nothing is known of the command'],
    ['rm -r faces', 'Nothing is known of the command'],
  ])('refuses %s', (command, message) => {
    expect(() => checkCommand(command, variables)).toThrow(message)
  })

  it('takes a usage apart', () => {
    expect(variantsOf('a [--b|--c] d|e')).toEqual(['a d', 'a e', 'a --b d', 'a --b e', 'a --c d', 'a --c e'])
  })
})

describe('commands of the documents', () => {
  it.each(commands)('$place: $command', ({ command }) => {
    expect(() => checkCommand(command, variables)).not.toThrow()
  })

  const quick = commands.filter(({ command }) => /--help$|facecls-torch doctor$/.test(command))
  it.each(quick)('$place: $command runs', { timeout: 600_000 }, ({ command }) => {
    const words = command.split(' ').filter((word) => !['run', '-s', '--'].includes(word))
    const [program, name = '', ...args] = words
    const line = program === 'npx' ? 'node dist/cli/main.js' : programOf(name)
    const { status, stdout, stderr } = spawnSync('sh', ['-c', `${line} "$@"`, 'sh', ...args], {
      cwd: root,
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.length).toBeGreaterThan(100)
  })
})

describe('the table of facecls-torch', () => {
  const usages = tableOf('README.md', 'command').flatMap(([cell = '']) => codeSpans(cell))

  it.each(usages)('%s is understood', (usage) => {
    for (const command of variantsOf(usage)) checkCommand(command, variables)
  })

  it('has every command and option of the help', () => {
    const named = [...HELP_TEXT.matchAll(/^ {2}([a-z]+(?: (?:list|clear))?) |^ {4}(--[a-z]+)/gm)]
    const words = named.map(([, command, option]) => command ?? option ?? '')
    expect(words).toEqual(expect.arrayContaining(['setup', 'cache clear', '--from']))
    expect(words.filter((word) => !usages.some((usage) => usage.includes(word)))).toEqual([])
  })
})
