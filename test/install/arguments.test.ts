import { describe, expect, test } from 'vitest'
import { readArguments } from './arguments.js'

describe('what cannot be followed is refused', () => {
  test.each([
    [['--manager', 'bun'], 'Expected npm, pnpm or yarn for --manager but received "bun"'],
    [['--manager', ''], 'Expected npm, pnpm or yarn for --manager but received ""'],
  ])('%j', (args, message) => expect(() => readArguments(args)).toThrow(new RangeError(message)))

  test.each([[['--manger', 'npm']], [['npm']], [['--manager']], [['--tarballs']]])('%j', (args) => {
    expect(() => readArguments(args)).toThrow(TypeError)
  })
})

test('all managers in both ways, of tarballs made now', () => {
  expect(readArguments([])).toEqual({
    families: ['npm', 'pnpm', 'yarn'],
    ways: ['online', 'offline'],
    tarballs: null,
  })
})

test('one family, without a network, of tarballs that are there', () => {
  expect(readArguments(['--manager', 'pnpm', '--offline', '--tarballs', 'made'])).toEqual({
    families: ['pnpm'],
    ways: ['offline'],
    tarballs: 'made',
  })
})
