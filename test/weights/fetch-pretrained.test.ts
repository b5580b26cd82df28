import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Progress } from '../../lib/progress/index.js'
import {
  fetchPretrained,
  type PretrainedWeights,
  pretrainedWeights,
  writeSafetensors,
} from '../../lib/weights/index.js'
import { answer, serve, withoutProxy } from '../files/file-server.js'
import { temporaryFolder } from '../files/temporary-folder.js'

const vggface2 = pretrainedWeights[0] as PretrainedWeights
let cache: string

withoutProxy()

beforeEach(() => {
  cache = temporaryFolder()
  vi.stubEnv('FACECLS_CACHE', cache)
  vi.stubEnv('FACECLS_WEIGHTS', '')
  vi.stubEnv('FACECLS_WEIGHTS_URL', '')
})

/** A file whose classifier has so many rows, under the catalog's name for it. */
async function weightsOf(rows: number, name = 'logits.weight'): Promise<Buffer> {
  const path = join(temporaryFolder(), 'weights')
  await writeSafetensors(
    path,
    [{ name, dtype: 'int8', shape: [rows, 2], data: new Uint8Array(2 * rows) }],
    {},
  )
  return readFileSync(path)
}

/** A mirror that has one file, or none; returns the paths asked for. */
async function mirror(file: Buffer | null, onAnswer?: (response: ServerResponse) => void): Promise<string[]> {
  const asked: string[] = []
  const { port } = await serve((request, response) => {
    asked.push(request.url ?? '')
    if (onAnswer !== undefined) onAnswer(response)
    else if (file === null) response.writeHead(404).end()
    else answer(request, response, { content: file })
  })
  vi.stubEnv('FACECLS_WEIGHTS_URL', `http://127.0.0.1:${port}/files/`)
  return asked
}

const inCache = (): string[] => readdirSync(cache, { recursive: true, encoding: 'utf8' }).sort()

describe('the catalog', () => {
  test.each(pretrainedWeights.map((row) => [`${row.architecture} ${row.name}`, row] as const))(
    '%s',
    (_, row) => {
      expect(row.url).toMatch(/^https:\/\//)
      expect(row.url.endsWith(`/${row.fileName}`)).toBe(true)
      // torchvision's names end in the first digits of the hash.
      expect(row.sha256).toBe(/-([0-9a-f]{8})\.pth$/.exec(row.fileName)?.[1] ?? null)
      expect(row.normalisation.std.every((value) => value > 0)).toBe(true)
      for (const metric of Object.values(row.metrics)) expect(metric).toBeGreaterThan(0.7)
    },
  )

  test('names a file once, and a network has a name once', () => {
    const files = pretrainedWeights.map(({ fileName }) => fileName)
    const names = pretrainedWeights.map(({ architecture, name }) => `${architecture} ${name}`)
    expect(new Set(files).size).toBe(files.length)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('out of reach', () => {
  test('says the address and where to put the file by hand', async () => {
    vi.stubEnv('FACECLS_WEIGHTS_URL', 'http://127.0.0.1:9') // the discard port: nothing listens
    const failed = expect(fetchPretrained(vggface2)).rejects
    await failed.toMatchObject({ code: 'DOWNLOAD' })
    await expect(fetchPretrained(vggface2)).rejects.toThrow(
      `By hand: fetch ${vggface2.url} and put it into ${JSON.stringify(join(cache, 'weights'))} as ` +
        `${vggface2.fileName}. FACECLS_WEIGHTS names another folder for such files.`,
    )
    const byHand = temporaryFolder()
    vi.stubEnv('FACECLS_WEIGHTS', byHand)
    await expect(fetchPretrained(vggface2)).rejects.toThrow(
      `and put it into ${JSON.stringify(byHand)} as ${vggface2.fileName}.`,
    )
  })

  test('404', async () => {
    await mirror(null)
    await expect(fetchPretrained(vggface2)).rejects.toThrow(/the server answered 404\. By hand: fetch https:/)
  })
})

describe('what is fetched', () => {
  test('is kept, and fetched once', async () => {
    const file = await weightsOf(8631)
    const asked = await mirror(file)
    const seen: Progress[] = []
    const path = await fetchPretrained(vggface2, { onProgress: (progress) => seen.push(progress) })
    expect(path).toBe(join(cache, 'weights', vggface2.fileName))
    expect(readFileSync(path).equals(file)).toBe(true)
    expect(seen.at(-1)).toMatchObject({ done: file.length, total: file.length })
    expect(await fetchPretrained(vggface2)).toBe(path)
    expect(asked).toEqual([`/files/${vggface2.fileName}`])
    expect(inCache()).toEqual(['weights', join('weights', vggface2.fileName)])
  })

  test.each([
    ['other rows', 500, 'logits.weight', 'it has 500 classes, not 8631'],
    ['the rows of other weights', 10_575, 'logits.weight', 'it has 10575 classes as casia-webface, not 8631'],
    ['no classifier', 8631, 'fc.weight', 'it has no logits.weight'],
  ])('is not kept with %s', async (_, rows, name, reason) => {
    await mirror(await weightsOf(rows, name))
    const place = JSON.stringify(join(cache, 'weights'))
    await expect(fetchPretrained(vggface2)).rejects.toMatchObject({
      code: 'DOWNLOAD',
      message: expect.stringMatching(
        new RegExp(
          `^What "http://.*" gave is not vggface2: ${reason}\\. By hand: fetch .* and put it into ${place} as`,
        ),
      ),
    })
    expect(inCache()).toEqual(['weights'])
  })

  test('is not kept where it is no weight file', async () => {
    await mirror(Buffer.from('<!doctype html><title>Sign in</title>'))
    await expect(fetchPretrained(vggface2)).rejects.toThrow(
      /gave is not vggface2: it is a web page, not a weight file\. By hand: fetch/,
    )
    expect(inCache()).toEqual(['weights'])
  })

  test('is not kept where its hash is another than was published', async () => {
    const file = await weightsOf(1000, 'fc.weight')
    await mirror(file)
    const row = pretrainedWeights.find(({ name }) => name === 'imagenet') as PretrainedWeights
    await expect(fetchPretrained(row)).rejects.toMatchObject({ code: 'DOWNLOAD' })
    expect(inCache()).toEqual(['weights'])
    const sha256 = createHash('sha256').update(file).digest('hex').slice(0, 8)
    expect(readFileSync(await fetchPretrained({ ...row, sha256 })).equals(file)).toBe(true)
  })

  test('goes on where a connection was cut', async () => {
    const content = await weightsOf(8631)
    const folder = join(cache, 'weights')
    const server = await serve((request, response, count) =>
      answer(request, response, count === 1 ? { content, cut: content.length >> 1, folder } : { content }),
    )
    vi.stubEnv('FACECLS_WEIGHTS_URL', `http://127.0.0.1:${server.port}`)
    expect(readFileSync(await fetchPretrained(vggface2)).equals(content)).toBe(true)
    expect(server.ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)])
  })

  test('stops with ABORTED', async () => {
    const controller = new AbortController()
    await mirror(null, (response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('x', () => controller.abort())
    })
    await expect(fetchPretrained(vggface2, { signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    })
  })
})

describe('what lies there already', () => {
  test('in the cache is checked: people put files there by hand', async () => {
    const path = join(cache, 'weights', vggface2.fileName)
    mkdirSync(join(cache, 'weights'))
    writeFileSync(path, await weightsOf(10_575))
    await expect(fetchPretrained(vggface2)).rejects.toMatchObject({
      code: 'WEIGHTS',
      message: expect.stringContaining(
        'it has 10575 classes as casia-webface, not 8631. Delete it: it is fetched again',
      ),
    })
    writeFileSync(path, await weightsOf(8631))
    expect(await fetchPretrained(vggface2)).toBe(path)
  })

  test.each(['mirror.local', 'file:///etc', 'http://', 'https://user:secret@mirror.local'])(
    'a mirror that is none is named, without its value: %s',
    async (mirror) => {
      vi.stubEnv('FACECLS_WEIGHTS_URL', mirror)
      await expect(fetchPretrained(vggface2)).rejects.toMatchObject({
        code: 'DOWNLOAD',
        message:
          'FACECLS_WEIGHTS_URL is no http or https address without a password. Correct it, or unset it.',
      })
    },
  )

  test('a folder by hand that is none', async () => {
    vi.stubEnv('FACECLS_WEIGHTS', join(cache, 'nowhere'))
    await expect(fetchPretrained(vggface2)).rejects.toMatchObject({
      code: 'FILE',
      message: expect.stringMatching(/^FACECLS_WEIGHTS=".*nowhere" is no folder\. Make it/),
    })
  })
})

describe('a folder of files fetched by hand', () => {
  test('is looked in first, checked, and never written to', async () => {
    const asked = await mirror(await weightsOf(8631))
    const byHand = temporaryFolder()
    vi.stubEnv('FACECLS_WEIGHTS', byHand)
    const path = join(byHand, vggface2.fileName)
    mkdirSync(path) // a folder is no file
    expect(await fetchPretrained(vggface2)).toBe(join(cache, 'weights', vggface2.fileName))
    expect(asked).toHaveLength(1)
    const other = temporaryFolder()
    vi.stubEnv('FACECLS_WEIGHTS', other)
    writeFileSync(join(other, vggface2.fileName), await weightsOf(8631))
    expect(await fetchPretrained(vggface2)).toBe(join(other, vggface2.fileName))
    writeFileSync(join(other, vggface2.fileName), await weightsOf(3))
    await expect(fetchPretrained(vggface2)).rejects.toThrow(/is not vggface2: it has 3 classes, not 8631/)
    expect(readdirSync(other)).toEqual([vggface2.fileName])
  })

  test('a file whose hash is another than was published is refused', async () => {
    const byHand = temporaryFolder()
    vi.stubEnv('FACECLS_WEIGHTS', byHand)
    const row = pretrainedWeights.find(({ name }) => name === 'imagenet-v2') as PretrainedWeights
    writeFileSync(join(byHand, row.fileName), await weightsOf(1000, row.classifier))
    await expect(fetchPretrained(row)).rejects.toMatchObject({
      code: 'WEIGHTS',
      message: expect.stringMatching(
        /is not imagenet-v2: its SHA-256 begins with [0-9a-f]{8}, not with 11ad3fa6\./,
      ),
    })
  })
})
