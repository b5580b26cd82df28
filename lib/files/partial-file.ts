// What has come of a file that is being fetched. It lies beside its target, hidden, until the rest has come.
//
// `.NAME.TAG.part` is written by nobody. Whoever wants to write it renames it first, which only one of several
// calls can do, to `.NAME.TAG.HOST-PID-HEX.part`.

import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, lstat, open, readdir, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { attempt } from './file-error.js'
import { flush } from './flush.js'
import { flushFolder } from './save.js'
import { writeAt } from './write-at.js'

/** Whether a process of another machine lives cannot be asked. A fetch is not silent for that long. */
const ABANDONED_MS = 3_600_000

/** Stands for the tag of a part that nothing can be added to later. */
const NO_TAG = 'none'

const REST_OF_NAME = /^([0-9a-f]{16}|none)(?:\.([0-9a-f]{8})-(\d+)-[0-9a-f]{12})?\.part$/

/** A part that this call alone writes. Its bytes come in order, so that it is always a beginning of the file. */
export class PartialFile {
  readonly path: string
  /** What {@link tagOf} made of the file that this is a part of. */
  readonly tag: string | undefined
  readonly #target: string
  readonly #file: FileHandle
  #size: number

  private constructor(target: string, path: string, tag: string | undefined, file: FileHandle, size: number) {
    this.path = path
    this.tag = tag
    this.#target = target
    this.#file = file
    this.#size = size
  }

  /** A new, empty part. */
  static async create(target: string, tag: string | undefined): Promise<PartialFile> {
    const path = claimedName(target, tag ?? NO_TAG)
    const file = await attempt('save', target, () => open(path, 'wx'))
    return new PartialFile(target, path, tag, file, 0)
  }

  /** The longest part that an earlier call left, or undefined where there is none. */
  static async claim(target: string): Promise<PartialFile | undefined> {
    for (const { path: free, tag, size } of await unclaimed(target)) {
      if (tag === NO_TAG || size === 0) continue
      const path = claimedName(target, tag)
      try {
        await rename(free, path)
      } catch {
        continue // another call was faster
      }
      // In a folder of several users, a file can be renamed that cannot be written.
      const file = await open(path, 'r+').catch(() => rename(path, free).catch(() => undefined))
      if (file) return new PartialFile(target, path, tag, file, (await file.stat()).size)
    }
    return undefined
  }

  get size(): number {
    return this.#size
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    await writeAt(this.#file, this.#target, offset, bytes, (end) => {
      this.#size = Math.max(this.#size, end)
    })
  }

  async flush(): Promise<void> {
    await attempt('save', this.#target, () => flush(this.#file))
  }

  /** Gives the whole file its name, and clears away what other calls left of it. */
  async takePlace(): Promise<void> {
    const target = this.#target
    await attempt('save', target, () => this.#file.close())
    await attempt('save', target, () => rename(this.path, target))
    await attempt('save', target, () => flushFolder(dirname(target)))
    const left = await unclaimed(target).catch(() => [])
    for (const { path } of left) await rm(path, { force: true }).catch(() => undefined)
  }

  /** Leaves the part to the next call, unless nothing can be added to it, or there is a longer one. */
  async giveBack(): Promise<void> {
    const free = join(dirname(this.#target), `${stemOf(this.#target)}${this.tag}.part`)
    const other = await lstat(free).catch(() => undefined)
    if (this.tag === undefined || this.#size <= (other?.size ?? 0)) return this.remove()
    await this.#file.close().catch(() => undefined)
    await rename(this.path, free).catch(() => undefined)
  }

  async remove(): Promise<void> {
    await this.#file.close().catch(() => undefined)
    await rm(this.path, { force: true }).catch(() => undefined)
  }
}

/** The parts of a target that nobody writes, the longest first. */
async function unclaimed(target: string): Promise<{ path: string; tag: string; size: number }[]> {
  const folder = dirname(target)
  const stem = stemOf(target)
  const found = []
  for (const name of await attempt('read the folder', folder, () => readdir(folder))) {
    if (!name.startsWith(stem)) continue
    const [, tag, host, pid] = REST_OF_NAME.exec(name.slice(stem.length)) ?? []
    const path = join(folder, name)
    const stats = tag ? await lstat(path).catch(() => undefined) : undefined
    if (!tag || !stats?.isFile()) continue
    if (host === undefined || isAbandoned(host, Number(pid), stats.mtimeMs))
      found.push({ path, tag, size: stats.size })
  }
  return found.sort((one, other) => other.size - one.size)
}

/** Whether the process that claimed a part is gone. `written` is the time of its last write in ms. */
function isAbandoned(host: string, pid: number, written: number): boolean {
  if (host !== thisHost()) return written < Date.now() - ABANDONED_MS
  // In a container that is started again, every process may have the number of the one before.
  if (pid === process.pid) return written < Date.now() - process.uptime() * 1000
  try {
    process.kill(pid, 0)
    return false
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

function claimedName(target: string, tag: string): string {
  const hex = randomBytes(6).toString('hex')
  return join(dirname(target), `${stemOf(target)}${tag}.${thisHost()}-${process.pid}-${hex}.part`)
}

/** The hidden beginning of the names of all parts. A long name is shortened, so that the rest fits in 255 bytes. */
function stemOf(target: string): string {
  const name = basename(target)
  const letters = [...name]
  return letters.length <= 40 ? `.${name}.` : `.${letters.slice(0, 31).join('')}~${digest(name, 8)}.`
}

function thisHost(): string {
  return digest(hostname(), 8)
}

function digest(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits)
}
