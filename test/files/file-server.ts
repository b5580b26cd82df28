// A server of one file for the tests of downloads, which can break off wherever a test wants.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, vi } from 'vitest'
import { type DownloadOptions, download } from '../../lib/files/index.js'
import { temporaryFolder } from './temporary-folder.js'

export const OLD = Buffer.alloc(100_000, 'the old file, ')
export const NEW = Buffer.alloc(100_000, 'and the new one, ')
export const HASH = createHash('sha256').update(NEW).digest('hex')
export const CUT = 30_000
export const BY_HAND = 'By hand: fetch it yourself.'

/** Keeps the proxy of this machine out of all tests of a file; call it outside of any test. */
export function withoutProxy(): void {
  beforeEach(() => {
    for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) {
      vi.stubEnv(name, undefined)
      vi.stubEnv(name.toUpperCase(), undefined)
    }
  })
  afterEach(() => void vi.unstubAllEnvs())
}

export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => unknown

export interface FileServer {
  readonly url: string
  readonly port: number
  /** The Range header of each request so far. */
  readonly ranges: (string | undefined)[]
  handler: Handler
}

/** A server on the loopback. `count` is 1 in the first request. */
export async function serve(handler: Handler): Promise<FileServer> {
  const ranges: (string | undefined)[] = []
  const server = createServer((request, response) => {
    ranges.push(request.headers.range)
    served.handler(request, response, ranges.length)
  })
  const port = await listening(server)
  const served: FileServer = { url: `http://127.0.0.1:${port}/f.bin`, port, ranges, handler }
  return served
}

/** The port on the loopback that a server listens to from now to the end of the test. */
export async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

export interface Answered {
  content?: Buffer
  etag?: string | null
  modified?: string
  /** False for a server that knows no ranges. */
  ranges?: boolean
  /** The number of bytes after which `next` is done instead of the rest, once they are in a part in `folder`. */
  cut?: number
  folder?: string
  next?: (response: ServerResponse) => unknown
}

/** Answers as an ordinary server of files does, as far as it gets. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  how: Answered = {},
): Promise<void> {
  const { content = NEW, etag = '"1"', modified, ranges = true, cut, folder, next = destroy } = how
  const asked = ranges ? /^bytes=(\d+)-$/.exec(request.headers.range ?? '') : null
  const start = Number(asked?.[1] ?? 0)
  if (etag !== null) response.setHeader('etag', etag)
  if (modified) response.setHeader('last-modified', modified)
  response.setHeader('content-length', content.length - start)
  if (asked) response.setHeader('content-range', `bytes ${start}-${content.length - 1}/${content.length}`)
  response.writeHead(asked ? 206 : 200)
  if (cut === undefined) return void response.end(content.subarray(start))
  const others = start === 0 && folder ? parts(folder).map(({ name }) => name) : []
  response.write(content.subarray(start, cut))
  const isThere = (): boolean =>
    parts(folder as string).some(({ name, size }) => size === cut && !others.includes(name))
  await vi.waitFor(() => expect(isThere()).toBe(true), 60_000)
  next(response)
}

const destroy = (response: ServerResponse): unknown => response.destroy()

/** What lies in a folder besides whole files. */
export function parts(folder: string): { name: string; size: number }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.part'))
  return names.map((name) => ({
    name,
    size: statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0,
  }))
}

/** Fetches the one file of a server. */
export function fetched(
  server: FileServer,
  target: string,
  options: Partial<DownloadOptions> = {},
): Promise<void> {
  return download(server.url, target, { byHand: BY_HAND, ...options })
}

/** Leaves a part of CUT bytes in the folder, and returns its name. */
export async function breakOff(
  server: FileServer,
  target: string,
  folder: string,
  how: Answered = {},
): Promise<string> {
  const controller = new AbortController()
  server.handler = (request, response) =>
    answer(request, response, { cut: CUT, folder, ...how, next: () => controller.abort() })
  const aborted = expect(fetched(server, target, { signal: controller.signal })).rejects
  await aborted.toMatchObject({
    code: 'ABORTED',
    message: expect.stringMatching(/^Fetching .* was stopped by/),
  })
  server.ranges.length = 0
  server.handler = (request, response) => answer(request, response, how)
  expect(parts(folder)).toEqual([{ name: expect.any(String), size: CUT }])
  return parts(folder)[0]?.name as string
}

/** An empty folder, and a path in it. */
export function place(): { folder: string; target: string } {
  const folder = temporaryFolder()
  return { folder, target: join(folder, 'f.bin') }
}
