import { describe, expect, test } from 'vitest'
import { HELP_TEXT, readCommand } from '../../lib/cli/command-line.js'
import { UsageError } from '../../lib/cli/usage.js'

describe('what cannot be followed is refused in one line', () => {
  test.each<[string, string]>([
    ['stup', 'Unknown command "stup"; did you mean setup? npx facecls-torch --help lists all'],
    ['xyzzy', 'Unknown command "xyzzy"; npx facecls-torch --help lists all'],
    ['--versoin', 'Unknown option "--versoin"; did you mean --version? npx facecls-torch --help lists all'],
    [
      'setup --cdua',
      'Unknown option of setup "--cdua"; did you mean --cuda? npx facecls-torch --help lists all',
    ],
    ['setup -x', 'Unknown option of setup "-x"; npx facecls-torch --help lists all'],
    ['setup --json', 'Unknown option of setup "--json"; npx facecls-torch --help lists all'],
    ['setup --toString', 'Unknown option of setup "--toString"; npx facecls-torch --help lists all'],
    ['setup --__proto__', 'Unknown option of setup "--__proto__"; npx facecls-torch --help lists all'],
    ['setup a.zip', 'Unexpected argument "a.zip" of setup; npx facecls-torch --help'],
    ['setup -- --cpu', 'Unexpected argument "--cpu" of setup; npx facecls-torch --help'],
    ['setup --cpu --cuda', '--cpu and --cuda exclude each other; give one of them'],
    ['setup --cpu --cpu', '--cpu is given twice; give it once'],
    ['setup --cpu=yes', '--cpu takes no value, but "yes" is given'],
    ['setup --from', '--from needs a path, but none is given; npx facecls-torch --help'],
    ['setup --from=', '--from needs a path, but none is given; npx facecls-torch --help'],
    ['setup --from --cuda', '--from needs a path, but "--cuda" follows it; npx facecls-torch --help'],
    ['doctor now', 'Unexpected argument "now" of doctor; npx facecls-torch --help'],
    ['build --json', 'Unknown option of build "--json"; npx facecls-torch --help lists all'],
    [
      'cache claer',
      'Unknown action of cache "claer"; did you mean clear? npx facecls-torch --help lists all',
    ],
    ['cache list packs', 'Unexpected argument "packs" of cache list'],
    ['cache clear', 'cache clear needs one or more of packs, weights, libtorch, all'],
    [
      'cache clear pakcs',
      'Unknown kind of cache "pakcs"; did you mean packs? npx facecls-torch --help lists all',
    ],
    ['cache clear all --json', '--json goes with cache list, not with cache clear'],
  ])('%s', (line, message) => {
    expect(() => readCommand(line.split(' '))).toThrow(new UsageError(message))
  })

  test('a hostile or endless name is escaped and short, and costs no time', () => {
    expect(() => readCommand(['\u001b[2J\n\u202e'])).toThrow('Unknown command "\\u001b[2J\\u000a\\u202e"')
    expect(() => readCommand(['a'.repeat(1e6)])).toThrow(`Unknown command "${'a'.repeat(57)}..."; npx`)
    expect(() => readCommand(['setup', ''])).toThrow('Unexpected argument ""')
  })
})

test.each<[string, unknown]>([
  ['', { name: 'help' }],
  ['--help', { name: 'help' }],
  ['-h', { name: 'help' }],
  ['help', { name: 'help' }],
  ['setup --help', { name: 'help' }],
  ['--version', { name: 'version' }],
  ['setup', { name: 'setup', variant: undefined, from: undefined }],
  ['setup --cuda --from a.whl', { name: 'setup', variant: 'cuda', from: 'a.whl' }],
  ['setup --from=--odd', { name: 'setup', variant: undefined, from: '--odd' }],
  ['doctor', { name: 'doctor', json: false }],
  ['doctor --json', { name: 'doctor', json: true }],
  ['cache', { name: 'cache', action: 'list', json: false }],
  ['cache list --json', { name: 'cache', action: 'list', json: true }],
  ['cache clear packs weights', { name: 'cache', action: 'clear', kinds: ['packs', 'weights'] }],
  ['cache clear all', { name: 'cache', action: 'clear', kinds: ['packs', 'weights', 'libtorch'] }],
  ['build', { name: 'build' }],
])('%s', (line, command) => {
  expect(readCommand(line === '' ? [] : line.split(' '))).toEqual(command)
})

test('the help fits 120 columns and names every command', () => {
  expect(Math.max(...HELP_TEXT.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
  for (const name of ['setup', 'doctor', 'cache list', 'cache clear', 'build'])
    expect(HELP_TEXT).toContain(name)
})
