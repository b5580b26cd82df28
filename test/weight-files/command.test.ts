// The command as a person runs it: what it prints and how it ends.

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { FolderCheck } from './checks.js'
import { folderOf, hole, plain } from './made-folders.js'
import { OWN_FOLDER } from './own-files.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

function command(...args: string[]) {
  const program = ['--import', 'tsx', join(root, 'test/weight-files/main.ts'), ...args]
  return spawnSync(process.execPath, program, { cwd: root, encoding: 'utf8' })
}

describe('the command', () => {
  it('prints a line a file and ends with 0', () => {
    const { status, stdout, stderr } = command(OWN_FOLDER)
    expect([status, stderr]).toEqual([0, ''])
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toBe('ok      "good/zip_state_dict.pt"')
    expect(lines[12]).toMatch(
      /^ok {6}"bad\/code_os_system\.pt" +[\d.]+ ms {2}its pickle calls "posix\.system"/,
    )
    expect(lines.at(-1)).toBe('All 12 good and 34 bad files pass.')
  })

  it('prints one JSON document with --json, and ends with 1 where a file fails', () => {
    const folder = folderOf({ good: plain(), bad: { ...hole, '\u001b[2J.pt': '' } })
    const { status, stdout } = command(folder, '--json')
    const checked = JSON.parse(stdout) as FolderCheck
    expect([status, checked.pass]).toEqual([1, false])
    expect(checked.good).toEqual([{ file: 'plain.safetensors', pass: true, problems: [] }])
    expect(checked.bad[1]).toMatchObject({
      file: 'hole.safetensors',
      expected: 'bytes no tensor owns',
      pass: true,
    })
    const lines = command(folder).stdout.trimEnd().split('\n')
    expect(lines[1]).toMatch(/^FAILED {2}"bad\/\\u001b\[2J\.pt" +the file is missing/)
    expect(lines.at(-1)).toBe('1 of 1 good and 2 bad files FAILED.')
  })

  it('ends with 1 where the mark of hostile code lies about already', () => {
    const folder = folderOf({ good: plain(), bad: hole }, (made) =>
      writeFileSync(join(made, 'PWNED_BY_WEIGHTS'), ''),
    )
    const { status, stdout, stderr } = command(folder)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(`${basename(folder)}/PWNED_BY_WEIGHTS" is there before any file was read`)
  })

  it.each([
    ['no folder', [], 'FOLDER is missing'],
    ['two folders', [OWN_FOLDER, OWN_FOLDER], 'Unexpected argument'],
    ['an unknown option', [OWN_FOLDER, '--fast'], "Unknown option '--fast'"],
  ])('says how it is used and ends with 1 for %s', (_, args, message) => {
    const { status, stdout, stderr } = command(...args)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(message)
    expect(stderr).toContain('Usage: npm run -s weights:check -- FOLDER [--json]')
  })
})
