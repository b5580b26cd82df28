// Checks a folder of weight files, good and bad, file by file.

import { join, resolve } from 'node:path'
import { checkBadFile, markersOf } from './bad-file.js'
import type { BadFileCheck, FileCheck, FolderCheck } from './checks.js'
import { listing } from './expected.js'
import { checkGoodFile } from './good-file.js'
import { ReaderProcess } from './reader-process.js'

export type Kind = 'good' | 'bad'
export type OnCheck = (kind: Kind, check: FileCheck | BadFileCheck) => void

/** @throws Error where the mark of hostile code lies about already, so that a new one could not be told from it. */
export async function checkFolder(path: string, onCheck: OnCheck = () => {}): Promise<FolderCheck> {
  const folder = resolve(path) // the process that reads bad files runs elsewhere
  const [old] = markersOf(join(folder, 'bad', 'any'), null)
  if (old !== undefined)
    throw new Error(`${JSON.stringify(old)} is there before any file was read: remove it`)
  const good = await checkGood(join(folder, 'good'), onCheck)
  const bad = await checkBad(join(folder, 'bad'), onCheck)
  return { pass: [...good, ...bad].every(({ pass }) => pass), good, bad }
}

async function checkGood(folder: string, onCheck: OnCheck): Promise<FileCheck[]> {
  const { entries, failures } = await listing(folder)
  const checks: FileCheck[] = [...failures]
  for (const check of failures) onCheck('good', check)
  for (const [file, expected] of entries) {
    const check = await checkGoodFile(folder, file, expected)
    checks.push(check)
    onCheck('good', check)
  }
  return checks
}

async function checkBad(folder: string, onCheck: OnCheck): Promise<BadFileCheck[]> {
  const { entries, failures } = await listing(folder)
  const unread = { expected: null, reason: null, milliseconds: null, peakGrowthBytes: null }
  const checks: BadFileCheck[] = failures.map((check) => ({ ...check, ...unread }))
  for (const check of checks) onCheck('bad', check)
  const reader = new ReaderProcess()
  try {
    for (const [file, expected] of entries) {
      const check = await checkBadFile(
        join(folder, file),
        typeof expected === 'string' ? expected : null,
        reader,
      )
      checks.push(check)
      onCheck('bad', check)
    }
  } finally {
    await reader.close()
  }
  return checks
}
