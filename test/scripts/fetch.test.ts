import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { placeOf } from '../../scripts/bootstrap/unpack.mjs'
import { temporaryFolder } from '../files/temporary-folder.js'
import { below, standInFiles, writeStandIn } from './stand-in.js'
import { zipOf } from './zip-writer.js'

const script = join(import.meta.dirname, '../../scripts/fetch-libtorch.mjs')
const archive = zipOf(below('libtorch', standInFiles('2.13.0')))
const nowhere = 'http://127.0.0.1:9/libtorch.zip' // the discard port: nothing listens

interface Ended {
  code: number | null
  output: string
}

function start(env: Record<string, string>): { child: ChildProcess; ended: Promise<Ended> } {
  const { LIBTORCH: _, ...inherited } = process.env
  const child = spawn(process.execPath, [script], { env: { ...inherited, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, output }))) }
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/libtorch.zip`
}

function answer(bytes: Buffer, announced = bytes.length): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': announced })
    response.write(bytes, () => (announced === bytes.length ? response.end() : response.destroy()))
  }
}

/** A PATH whose python3 does what this shell script says; $WHEEL is where pip was told to put its download. */
function pathWithPython(body: string | null): string {
  const folder = temporaryFolder()
  for (const tool of ['sh', 'cp', 'mkdir']) symlinkSync(join('/bin', tool), join(folder, tool))
  if (body !== null) {
    const lines = ['#!/bin/sh', 'for last in "$@"; do :; done', 'WHEEL="$last/torch.whl"', body]
    writeFileSync(join(folder, 'python3'), lines.join('\n'))
    chmodSync(join(folder, 'python3'), 0o755)
  }
  return folder
}

function wheelFile(cuda: string, version = '2.13.0'): string {
  const path = join(temporaryFolder(), 'stand-in.whl')
  const files = {
    ...below('torch', standInFiles(version)),
    'torch/version.py': `cuda: Optional[str] = ${cuda}\n`,
  }
  writeFileSync(path, zipOf(files))
  return path
}

function cached(cache: string): string[] {
  const folder = join(cache, 'libtorch')
  return existsSync(folder) ? readdirSync(folder) : []
}

const whole = [
  'include',
  'include/ATen',
  'include/ATen/ATen.h',
  'include/torch',
  'include/torch/headeronly',
  'include/torch/headeronly/version.h',
  'lib',
  'lib/libc10.so',
  'lib/libgomp-0a1b2c3d.so.1',
  'lib/libtorch.so',
  'lib/libtorch_cpu.so',
]

describe('what is no LibTorch leaves nothing behind', () => {
  test.each<[string, RequestListener, RegExp]>([
    ['a connection that breaks', answer(archive.subarray(0, 300), archive.length), /broke off after 0\.0 MB/],
    [
      'a truncated archive',
      answer(archive.subarray(0, -30)),
      /is not a whole zip archive.*Run the same command again/,
    ],
    [
      'another version',
      answer(zipOf(below('libtorch', standInFiles('2.12.1')))),
      /holds no LibTorch 2\.13\.0/,
    ],
    ['an archive of something else', answer(zipOf({ 'readme.txt': 'hello' })), /holds no LibTorch 2\.13\.0/],
  ])('%s', async (_what, listener, message) => {
    const cache = temporaryFolder()
    const { code, output } = await start({
      FACECLS_CACHE: cache,
      FACECLS_LIBTORCH_URL: await serve(listener),
    }).ended
    expect(output).toMatch(message)
    expect(output).not.toMatch(/\n {4}at /)
    expect(code).toBe(1)
    expect(cached(cache)).toEqual([])
  })

  test.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])('a fetch stopped by %s', async (signal) => {
    const cache = temporaryFolder()
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': archive.length })
      response.write(archive.subarray(0, 100)) // the rest never comes
    })
    const { child, ended } = start({ FACECLS_CACHE: cache, FACECLS_LIBTORCH_URL: url })
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (chunk) => String(chunk).includes('MB of') && resolve())
    })
    child.kill(signal)
    expect((await ended).code).toBe(130)
    expect(cached(cache)).toEqual([])
  })

  test('a cache that cannot be written', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const { code, output } = await start({
      FACECLS_CACHE: join(file, 'cache'),
      FACECLS_LIBTORCH_URL: nowhere,
    }).ended
    expect(code).toBe(1)
    expect(output).toMatch(/cache .* cannot be written: .*export FACECLS_CACHE=/)
  })
})

describe('the official archive', () => {
  test('is fetched once: size and source first, then only what is needed', async () => {
    let requests = 0
    const url = await serve((request, response) => {
      requests += 1
      answer(archive)(request, response)
    })
    const cache = temporaryFolder()
    const env = { FACECLS_CACHE: cache, FACECLS_LIBTORCH_URL: url }
    const first = await start(env).ended
    expect(first.code, first.output).toBe(0)
    expect(first.output.split('\n')[0]).toContain(
      `fetching ${url} (0.0 MB) into ${cache}/libtorch/2.13.0-cpu`,
    )
    expect(first.output.split('\n')[1]).toMatch(/MB of 0\.0 MB/)
    expect(cached(cache)).toEqual(['2.13.0-cpu'])
    expect(readdirSync(join(cache, 'libtorch/2.13.0-cpu'))).toEqual(['torch'])
    const entries = readdirSync(join(cache, 'libtorch/2.13.0-cpu/torch'), { recursive: true })
    expect(entries.map(String).sort()).toEqual(whole)

    const second = await start(env).ended
    expect(second).toEqual({ code: 0, output: `LibTorch     2.13.0, ${cache}/libtorch/2.13.0-cpu/torch\n` })
    expect(requests).toBe(1)
  })

  test('what a killed fetch left behind is cleared away', async () => {
    const cache = temporaryFolder()
    mkdirSync(join(cache, 'libtorch', '.fetch-999999999'), { recursive: true })
    const { code } = await start({ FACECLS_CACHE: cache, FACECLS_LIBTORCH_URL: await serve(answer(archive)) })
      .ended
    expect(code).toBe(0)
    expect(cached(cache)).toEqual(['2.13.0-cpu'])
  })

  test('an entry never leaves its folder', () => {
    expect(placeOf('libtorch/include/a/../../../../etc/passwd')).toBeNull()
    expect(placeOf('libtorch/lib/../libtorch.so')).toBeNull()
    expect(placeOf('/libtorch/lib/libtorch.so')).toBeNull()
    expect(placeOf('torch/lib/libtorch.so')).toBe('lib/libtorch.so')
  })
})

describe('where the archive is out of reach', () => {
  const refused = { FACECLS_LIBTORCH_URL: nowhere }

  test('the wheel by pip, after a server that keeps silent for 5 s', async () => {
    const cache = temporaryFolder()
    const url = await serve(() => {})
    const PATH = pathWithPython(`cp '${wheelFile('None')}' "$WHEEL"`)
    const { code, output } = await start({ FACECLS_CACHE: cache, FACECLS_LIBTORCH_URL: url, PATH }).ended
    expect(code, output).toBe(0)
    expect(output).toContain('no answer within 5 s; trying the wheel')
    expect(output).toMatch(/fetching torch==2\.13\.0 by pip \(about 200 MB\) into/)
    expect(readdirSync(join(cache, 'libtorch/2.13.0-cpu'))).toEqual(['torch'])
  })

  test('a server that answers 404 counts as out of reach', async () => {
    const url = await serve((_request, response) => response.writeHead(404).end())
    const PATH = pathWithPython(`cp '${wheelFile('None')}' "$WHEEL"`)
    const { code, output } = await start({
      FACECLS_CACHE: temporaryFolder(),
      FACECLS_LIBTORCH_URL: url,
      PATH,
    }).ended
    expect(code, output).toBe(0)
    expect(output).toContain('answered 404')
  })

  test.each<[string, string | null, RegExp]>([
    ['a CUDA wheel is refused', `cp 'CUDA_WHEEL' "$WHEEL"`, /not for the CPU alone\. By hand: .*LIBTORCH/],
    [
      'pip that fails',
      'echo "ERROR: No matching distribution found" >&2; exit 1',
      /pip says: No matching distribution/,
    ],
    ['no pip', 'echo "python3: No module named pip" >&2; exit 1', /pip says: python3: No module named pip/],
    ['no python', null, /no python3 for pip\. By hand: .*LIBTORCH/],
  ])('%s', async (_what, body, message) => {
    const cache = temporaryFolder()
    const PATH = pathWithPython(body?.replace('CUDA_WHEEL', () => wheelFile("'13.0'")) ?? null)
    const { code, output } = await start({ ...refused, FACECLS_CACHE: cache, PATH }).ended
    expect(code).toBe(1)
    expect(output).toMatch(message)
    expect(cached(cache)).toEqual([])
  })
})

describe('LIBTORCH', () => {
  const run = (LIBTORCH: string) =>
    start({ LIBTORCH, FACECLS_LIBTORCH_URL: nowhere, FACECLS_CACHE: temporaryFolder() }).ended

  test('of another version', async () => {
    const folder = writeStandIn(temporaryFolder(), '2.12.0')
    const { code, output } = await run(folder)
    expect(code).toBe(1)
    expect(output).toContain(`LIBTORCH=${folder} is LibTorch 2.12.0, but LibTorch 2.13 is needed`)
    expect(output).toContain('unset LIBTORCH')
  })

  test('of something else', async () => {
    const { code, output } = await run('/nowhere')
    expect(code).toBe(1)
    expect(output).toContain('LIBTORCH=/nowhere holds no LibTorch (no lib/libtorch_cpu.so')
  })

  test('is taken as it is, a later patch too', async () => {
    const folder = writeStandIn(temporaryFolder(), '2.13.4')
    expect(await run(folder)).toEqual({ code: 0, output: `LibTorch     2.13.4, ${folder}\n` })
  })
})
