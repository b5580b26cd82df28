// The folder of a comparison: new, or one of the same settings to go on with, and of one process at a time.

import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UsageError } from '../shared/command-line.js'
import { shownPath } from '../shared/shown-path.js'
import { recall, remember } from './remember.js'

/** All that decides what the networks learn, as JSON. */
export type Settings = Readonly<Record<string, unknown>>

export interface OutputFolder {
  /** Absolute path. */
  readonly folder: string
  /** Whether something of this comparison was there before. */
  readonly goesOn: boolean
  release(): Promise<void>
}

const settingsFile = 'comparison.json'
const lockFile = 'running'

/**
 * The folder given, or one that is named by the settings, so that the same command finds it again.
 *
 * @throws UsageError where it holds something else, another process writes there, or it cannot be made.
 */
export async function openOutputFolder(given: string | undefined, settings: Settings): Promise<OutputFolder> {
  const folder = resolve(given ?? join('runs', `compare-${digest(JSON.stringify(settings)).slice(0, 8)}`))
  const content = await made(folder)
  const earlier = content.includes(settingsFile) ? await recall<Settings>(join(folder, settingsFile)) : null
  if (earlier !== null) refuseOther(folder, earlier, settings)
  else if (content.some((name) => name !== lockFile && !name.endsWith('.partial')))
    throw new UsageError(
      `The output folder "${shownPath(folder)}" holds something else than a comparison; name another by --output`,
    )
  await lock(folder)
  try {
    if (earlier === null) await remember(join(folder, settingsFile), settings)
  } catch (thrown) {
    await unlock(folder)
    throw thrown
  }
  return { folder, goesOn: earlier !== null, release: () => unlock(folder) }
}

/** SHA-256 in hexadecimal. */
export function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

async function made(folder: string): Promise<string[]> {
  try {
    await mkdir(folder, { recursive: true })
    return await readdir(folder)
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file is in its place' : code
    throw new UsageError(
      `The output folder "${shownPath(folder)}" cannot be made: ${reason}; name another by --output`,
    )
  }
}

function refuseOther(folder: string, earlier: Settings, settings: Settings): void {
  const names = [...new Set([...Object.keys(earlier), ...Object.keys(settings)])]
  const other = names.filter((name) => JSON.stringify(earlier[name]) !== JSON.stringify(settings[name]))
  if (other.length === 0) return
  throw new UsageError(
    `The output folder "${shownPath(folder)}" holds a comparison with other settings (${other.join(', ')}); ` +
      'name a new one by --output',
  )
}

/** A second process would move aside what the first one writes. */
async function lock(folder: string): Promise<void> {
  const file = join(folder, lockFile)
  try {
    await writeFile(file, `${process.pid}\n`, { flag: 'wx' })
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
    const owner = Number(await readFile(file, 'utf8'))
    if (isAlive(owner))
      throw new UsageError(
        `The process ${owner} writes into "${shownPath(folder)}"; wait for it, or remove ${shownPath(file)} if it is no comparison`,
      )
    await rm(file, { force: true })
    await lock(folder)
  }
}

function isAlive(process_: number): boolean {
  if (!Number.isSafeInteger(process_) || process_ <= 0) return false
  try {
    return process.kill(process_, 0)
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function unlock(folder: string): Promise<void> {
  await rm(join(folder, lockFile), { force: true })
}
