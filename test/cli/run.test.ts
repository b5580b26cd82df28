import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { runBuild } from '../../lib/cli/build.js'
import { runCommandLine } from '../../lib/cli/run.js'
import { findLibTorch } from '../../lib/libtorch/index.js'
import { answer, CUT, serve, withoutProxy } from '../files/file-server.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { below, library, standInFiles, writeStandIn } from '../scripts/stand-in.js'
import { zipOf } from '../scripts/zip-writer.js'
import { captured } from './captured.js'

const root = join(import.meta.dirname, '../..')
const main = join(root, 'lib/cli/main.ts')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const archive = zipOf(below('libtorch', standInFiles('2.13.0')), { deflate: false })

const { root: libtorch } = findLibTorch() // before the cache is another

let cache: string
withoutProxy()
beforeEach(() => {
  cache = temporaryFolder()
  vi.stubEnv('FACECLS_CACHE', cache)
  vi.stubEnv('FACECLS_PACKS', undefined)
  vi.stubEnv('FACECLS_LIBTORCH_URL', 'http://127.0.0.1:9/libtorch.zip')
})

async function run(...argv: string[]) {
  const { screen, streams } = captured()
  return { code: await runCommandLine(argv, screen), ...streams }
}

function spawned(...argv: string[]) {
  const { NODE_OPTIONS: _, ...env } = process.env
  return spawnSync(process.execPath, ['--import', 'tsx', main, ...argv], { encoding: 'utf8', cwd: root, env })
}

describe('exit codes', () => {
  test('2 and one line on standard error for a command line that cannot be followed', () => {
    const { status, stdout, stderr } = spawned('stup')
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toBe('Unknown command "stup"; did you mean setup? npx facecls-torch --help lists all\n')
  })

  test('0 for the help and the version', async () => {
    expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
    expect((await run()).out).toContain('Usage: npx facecls-torch COMMAND')
  })

  test('1 and the message alone for what fails', async () => {
    vi.stubEnv('LIBTORCH', undefined)
    const { code, err } = await run('setup', '--from', '/nowhere/\u001b[2J.zip')
    expect(code).toBe(1)
    expect(err).toBe('Cannot read "/nowhere/\\u001b[2J.zip": it does not exist. Check the path.\n')
    expect((await run('setup', '--from', join(root, 'README.md'))).err).toMatch(/^Expected an archive .*\n$/)
  })

  test('that of the script which builds', async () => {
    const script = join(temporaryFolder(), 'script.mjs')
    writeFileSync(script, 'process.exitCode = 3')
    expect(await runBuild(script)).toBe(3)
    expect(existsSync(join(root, 'scripts/build-native.mjs'))).toBe(true)
  })

  test.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('of a set-up stopped by %s, which the next one goes on with', async (signal, expected) => {
    const downloads = join(cache, 'libtorch/.downloads')
    const { NODE_OPTIONS: _, LIBTORCH: __, ...env } = process.env
    let stop = (): unknown => undefined
    const server = await serve((request, response) =>
      answer(request, response, { content: archive, cut: CUT, folder: downloads, next: () => stop() }),
    )
    const options = { cwd: root, env: { ...env, FACECLS_LIBTORCH_URL: server.url } }
    const child = spawn(process.execPath, ['--import', 'tsx', main, 'setup'], options)
    stop = () => child.kill(signal)
    let said = ''
    child.stderr.on('data', (chunk) => (said += chunk))
    expect(await new Promise((resolve) => child.on('close', resolve)), said).toBe(expected)
    expect(said).toContain('Stopped. The same command goes on')
    expect(readdirSync(join(cache, 'libtorch'))).toEqual(['.downloads'])

    server.handler = (request, response) => answer(request, response, { content: archive })
    vi.stubEnv('LIBTORCH', undefined)
    vi.stubEnv('FACECLS_LIBTORCH_URL', server.url)
    const { code, out } = await run('setup')
    expect({ code, last: out.trim().split('\n').at(-1) }).toEqual({
      code: 0,
      last: `LibTorch 2.13.0 for the processor is there: "${cache}/libtorch/2.13.0-cpu/torch"`,
    })
    expect(server.ranges).toEqual([undefined, `bytes=${CUT - 1}-`])
    expect((await run('setup')).out).toContain('was there already')
  })
})

test('the doctor loads what it finds in a process of its own', () => {
  vi.stubEnv('LIBTORCH', libtorch)
  const { stdout, stderr } = spawned('doctor', '--json')
  const { compute, checks } = JSON.parse(stdout || stderr)
  expect(compute).toMatchObject({
    torchVersion: expect.stringMatching(/^2\.13\./),
    threads: expect.any(Number),
  })
  expect(checks).toContainEqual(expect.objectContaining({ name: 'loading', state: 'ok' }))
  vi.stubEnv('LIBTORCH', writeStandIn(temporaryFolder(), '2.13.0'))
  const broken = spawned('doctor')
  expect(broken.status).toBe(1)
  expect(broken.stdout).toMatch(/PROBLEM +loading +LibTorch 2\.13\.0 from LIBTORCH cannot be loaded/)
})

describe('setup says which LibTorch is used', () => {
  test('where LIBTORCH names another', async () => {
    const from = join(temporaryFolder(), 'a.zip')
    writeFileSync(from, archive)
    vi.stubEnv('LIBTORCH', writeStandIn(temporaryFolder(), '2.13.1'))
    expect((await run('setup', '--from', from)).out).toContain('LIBTORCH is set and goes before it')
  })

  test('in the cache the one that was asked for last, and it is remembered', async () => {
    vi.stubEnv('LIBTORCH', undefined)
    const cuda = writeStandIn(join(cache, 'libtorch/2.13.0-cuda/torch'), '2.13.0')
    writeFileSync(join(cuda, 'lib/libtorch_cuda.so'), library('cuda'))
    const cpu = writeStandIn(join(cache, 'libtorch/2.13.0-cpu/torch'), '2.13.0')
    for (const [option, root] of [
      ['--cpu', cpu],
      ['--cuda', cuda],
      ['--cpu', cpu],
    ] as const) {
      const { out } = await run('setup', option)
      expect(out.trim().split('\n')).toEqual([expect.stringContaining(`was there already: "${root}"`)])
      expect((await run('setup')).out).toContain(`"${root}"`)
      expect(findLibTorch().root).toBe(root)
    }
  })
})

describe('the caches', () => {
  const weights = '20180402-114759-vggface2.pt'

  beforeEach(() => {
    writeStandIn(join(cache, 'libtorch/2.13.0-cpu/torch'), '2.13.0')
    for (const folder of ['libtorch/mine', 'libtorch/.fetch-7', 'weights']) mkdirSync(join(cache, folder))
    for (const name of [weights, `.${weights}.0123456789abcdef.part`, 'my-own.pt'])
      writeFileSync(join(cache, 'weights', name), 'x'.repeat(1000))
  })

  test('are listed with their sizes', async () => {
    const { code, out } = await run('cache', 'list', '--json')
    expect(code).toBe(0)
    const { entries, bytes } = JSON.parse(out) as {
      entries: { path: string; bytes: number }[]
      bytes: number
    }
    expect(entries.map(({ path }) => path.slice(cache.length + 1))).toEqual([
      `weights/.${weights}.0123456789abcdef.part`,
      `weights/${weights}`,
      'libtorch/.fetch-7',
      'libtorch/2.13.0-cpu',
    ])
    expect(bytes).toBe(entries.reduce((sum, entry) => sum + entry.bytes, 0))
    vi.stubEnv('LIBTORCH', libtorch)
    expect((await run('cache')).out).toMatch(/libtorch +0\.1 MB +".*2\.13\.0-cpu"\n/)
    vi.stubEnv('LIBTORCH', undefined)
    expect((await run('cache')).out).toMatch(/libtorch +0\.1 MB +".*2\.13\.0-cpu" {2}\(taken\)\n/)
  })

  test('only the kinds that are named are cleared, and nothing that is not ours', async () => {
    expect((await run('cache', 'clear', 'weights')).out).toMatch(/Removed: 0\.0 MB in 2 places\n$/)
    expect(readdirSync(join(cache, 'weights'))).toEqual(['my-own.pt'])
    expect(readdirSync(join(cache, 'libtorch')).sort()).toEqual(['.fetch-7', '2.13.0-cpu', 'mine'])
    await run('cache', 'clear', 'libtorch')
    expect(readdirSync(join(cache, 'libtorch'))).toEqual(['mine'])
  })

  test('all of them, packs first, since they need the LibTorch that goes', async () => {
    const pack = `packs/${'0'.repeat(32)}-1x160.part`
    mkdirSync(join(cache, 'packs'))
    writeFileSync(join(cache, pack), 'x')
    vi.stubEnv('LIBTORCH', libtorch)
    const { code, out } = await run('cache', 'clear', 'all')
    expect(code).toBe(0)
    expect(out.split('\n')[0]).toContain(join(cache, pack))
    expect(readdirSync(join(cache, 'libtorch'))).toEqual(['mine'])
  })

  test('that are not there are empty', async () => {
    vi.stubEnv('FACECLS_CACHE', join(cache, 'nowhere'))
    expect(await run('cache', 'clear', 'libtorch', 'weights')).toEqual({
      code: 0,
      out: 'Removed: 0.0 MB in 0 places\n',
      err: '',
    })
  })
})

test('progress renews one line on a terminal within its width, and is plain lines elsewhere', () => {
  const progress = { task: 'Fetching \u001b[2J', done: 1e6, total: 3e9 }
  const terminal = captured({ isTTY: true, columns: 30 })
  terminal.screen.progress(progress)
  terminal.screen.line('done')
  expect(terminal.streams.err).toBe('\r\u001b[2KFetching \\u001b[2J: 1.0 MB of\r\u001b[2K')
  const plain = captured()
  plain.screen.progress(progress)
  plain.screen.progress(progress)
  expect(plain.streams.err).toBe('Fetching \\u001b[2J: 1.0 MB of 3.00 GB\n')
})

test('no other room of lib talks to a terminal', () => {
  const files = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
  const talking = files.filter(
    (file) =>
      file.endsWith('.ts') &&
      !file.startsWith('cli/') &&
      /^(?!\s*(?:\*|\/\/)).*(?:console\.|process\.(?:stdout|stderr|exitCode))/m.test(
        readFileSync(join(root, 'lib', file), 'utf8'),
      ),
  )
  expect(talking).toEqual([])
})
