// Folders for one test, small file systems for the tests of what a disk refuses.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'

/** A new empty folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'facecls-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A new empty folder for all tests of a file, removed when the last one ends; call it outside of any test. */
export function fileFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'facecls-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * Why this process may not mount a file system of its own, or null where it may. Printed, so that nobody
 * overlooks it.
 */
export function whyNoMounts(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'facecls-test-'))
  try {
    mount(folder, 'size=1m')
    execFileSync('umount', [folder], { stdio: 'pipe' })
    return null
  } catch (thrown) {
    const reason = `the tests of full and read-only disks do not run: ${(thrown as Error).message.trim()}`
    console.log(reason)
    return reason
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A new tmpfs with these options that is unmounted when the test ends. */
export function smallDisk(options: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'facecls-test-'))
  mount(folder, options)
  onTestFinished(() => {
    execFileSync('umount', [folder], { stdio: 'pipe' })
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

function mount(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' })
}
