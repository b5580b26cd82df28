// The service over HTTP: what it answers, what it refuses and with which status, and how it ends.

import { connect } from 'node:net'
import { TorchError } from '@facecls/torch'
import { describe, expect, it } from 'vitest'
import { asServed, form, jpeg, overloaded, post, served, settings } from './serving.js'

describe('wrong requests', () => {
  it.each([
    ['text', Buffer.from('hello'), 'text/plain', 415, 'MEDIA_TYPE'],
    ['JSON', Buffer.from('{}'), 'application/json', 415, 'MEDIA_TYPE'],
    ['nothing', Buffer.alloc(0), 'image/jpeg', 400, 'REQUEST'],
    ['no photograph', Buffer.from('hello'), 'image/jpeg', 422, 'IMAGE'],
    ['too many bytes', Buffer.alloc(settings.maxBytes + 1), 'image/jpeg', 413, 'TOO_LARGE'],
    ['bytes of three photographs', Buffer.alloc(100_000), 'image/jpeg', 413, 'TOO_LARGE'],
    ['a form that is none', Buffer.from('--x'), 'multipart/form-data; boundary=x', 400, 'REQUEST'],
    ['a form without a boundary', Buffer.from('--x'), 'multipart/form-data', 400, 'REQUEST'],
  ])('%s', async (_what, body, type, status, code) => {
    const { address, failures, predictor } = await served()
    const response = await post(`${address}/classify`, body, type)
    expect(await response.json()).toMatchObject({ code, message: expect.stringMatching(/\w/) })
    expect(response.status).toBe(status)
    expect(failures).toEqual([])
    expect(predictor.asked).toEqual([])
  })

  it('more pixels than are decoded at once', async () => {
    const { address } = await served({ maxBytes: 1e6 })
    const response = await post(`${address}/classify`, await jpeg(8000, 6300))
    expect(response.status).toBe(413)
    expect((await refusal(response)).message).toContain('8000 x 6300 pixels')
  })

  it('forms with too few, too many or too large files, or with fields', async () => {
    const { address } = await served()
    const face = await jpeg()
    const withField = form(face)
    withField.append('top', '3')
    for (const [route, body, status] of [
      ['classify', form(), 400],
      ['classify', form(face, face), 400],
      ['classify', form(Buffer.alloc(0)), 400],
      ['classify', withField, 400],
      ['classify', form(Buffer.alloc(settings.maxBytes + 1)), 413],
      ['verify', form(face), 400],
      ['verify', form(face, face, face), 400],
    ] as const)
      expect([route, (await post(`${address}/${route}`, body)).status]).toEqual([route, status])
    expect((await post(`${address}/verify`, face)).status).toBe(400)
    expect((await post(`${address}/classify?top=0`, face)).status).toBe(400)
    expect((await post(`${address}/verify?threshold=2`, form(face, face))).status).toBe(400)
    expect((await fetch(`${address}/elsewhere`)).status).toBe(404)
    expect((await fetch(`${address}/classify`)).status).toBe(404)
  })

  it('a bad upload harms no other that is under way', async () => {
    const { address, predictor } = await served()
    predictor.isSlow = true
    const good = post(`${address}/classify`, await jpeg())
    await predictor.waitsFor(1)
    expect((await post(`${address}/classify`, Buffer.from('hello'))).status).toBe(422)
    predictor.answer()
    expect((await good).status).toBe(200)
  })
})

describe('answers', () => {
  it('name who is on a photograph, from a body and from a form', async () => {
    const { address, predictor } = await served()
    const face = await jpeg()
    for (const body of [face, form(face)]) {
      const response = await post(`${address}/classify?top=3`, body)
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({
        identities: [{ identity: `<b>${face.length}</b>`, probability: 0.75 }],
        milliseconds: expect.any(Number),
      })
    }
    expect(predictor.asked).toMatchObject([{ top: 3, deadlineMs: 1000 }, { top: 3 }])
  })

  it('compare two photographs by the threshold that is given, and say where there is none', async () => {
    const { address } = await served()
    const [one, other] = [await jpeg(), await jpeg(80, 80)]
    const same = await post(`${address}/verify?threshold=0.5`, form(one, one))
    expect(await same.json()).toMatchObject({ similarity: 1, threshold: 0.5, same: true })
    const two = await post(`${address}/verify?threshold=0.5`, form(one, other))
    expect(await two.json()).toMatchObject({ similarity: 0, same: false })
    const none = await post(`${address}/verify`, form(one, one))
    expect(none.status).toBe(400)
    expect((await refusal(none)).message).toContain('?threshold=')
  })

  it.each([
    ['IMAGE', new TorchError('IMAGE', 'damaged'), 422],
    ['DEADLINE', new TorchError('DEADLINE', 'late'), 504],
    ['DRAINING', new TorchError('CLOSED', 'closed'), 503],
    ['OVERLOADED', overloaded(), 503],
    ['FAILED', new TorchError('NATIVE', 'secret'), 500],
    ['FAILED', null, 500],
  ])('of a predictor that fails: %s', async (code, failure, status) => {
    const { address, predictor, failures } = await served()
    const face = await jpeg()
    predictor.failures.set(face.length, failure)
    const response = await post(`${address}/classify`, face)
    expect(response.status).toBe(status)
    expect(response.headers.get('retry-after')).toBe({ OVERLOADED: '3', DRAINING: '1' }[code] ?? null)
    const body = await response.text()
    expect(JSON.parse(body)).toMatchObject({ code })
    expect(body).not.toContain('secret')
    expect(failures).toEqual(code === 'FAILED' ? [failure] : [])
  })
})

describe('a full service', () => {
  it('refuses before it reads a body, and takes the next once there is room', async () => {
    const { address, predictor } = await served()
    predictor.isSlow = true
    const face = await jpeg()
    const first = Array.from({ length: settings.maxQueue }, () => post(`${address}/classify`, face))
    await predictor.waitsFor(settings.maxQueue)
    // Only the head of this request is ever sent.
    const head = await answerTo(address, [
      'POST /classify HTTP/1.1',
      'content-type: image/jpeg',
      'content-length: 9000',
    ])
    expect(head).toMatch(/^HTTP\/1\.1 503 /)
    expect(head).toMatch(/retry-after: 2\r/) // two batches of 0.7 s
    predictor.answer()
    for (const response of await Promise.all(first)) expect(response.status).toBe(200)
    predictor.isSlow = false
    expect((await post(`${address}/classify`, face)).status).toBe(200)
  })

  it('lets a client that asks first go on, and only then', async () => {
    const { address } = await served()
    const ask = ['POST /classify HTTP/1.1', 'content-type: image/jpeg', 'expect: 100-continue']
    expect(await answerTo(address, [...ask, 'content-length: 9000'])).toMatch(/^HTTP\/1\.1 100 /)
    expect(await answerTo(address, [...ask, 'content-length: 90000000'])).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('gives the place of a client that has gone to another', async () => {
    const { address, predictor, service } = await served()
    predictor.isSlow = true
    const face = await jpeg()
    const gone = new AbortController()
    const sent = Array.from({ length: settings.maxQueue }, () =>
      fetch(`${address}/classify`, {
        method: 'POST',
        body: new Uint8Array(face),
        headers: { 'content-type': 'image/jpeg' },
        signal: gone.signal,
      }),
    )
    await predictor.waitsFor(settings.maxQueue)
    gone.abort()
    for (const { status } of await Promise.allSettled(sent)) expect(status).toBe('rejected')
    while (service.underWay > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    predictor.isSlow = false
    expect((await post(`${address}/classify`, face)).status).toBe(200)
    const metrics = await (await fetch(`${address}/metrics`)).text()
    expect(metrics).toContain('facecls_requests_total{route="/classify",outcome="aborted"} 4')
  })
})

describe('the state', () => {
  it('is alive at once, ready once the model is open, and counted', async () => {
    const { address, service, predictor } = await served({}, false)
    const face = await jpeg()
    expect((await fetch(`${address}/health`)).status).toBe(200)
    expect((await fetch(`${address}/ready`)).status).toBe(503)
    const early = await post(`${address}/classify`, face)
    expect([early.status, (await refusal(early)).code]).toEqual([503, 'NOT_READY'])
    service.open(asServed(predictor))
    const ready = await fetch(`${address}/ready`)
    expect(await ready.json()).toEqual({ status: 'ready', identities: 2, device: 'cpu' })
    await post(`${address}/classify`, face)
    const metrics = await (await fetch(`${address}/metrics`)).text()
    for (const line of [
      'facecls_requests_total{route="/classify",outcome="not_ready"} 1',
      'facecls_requests_total{route="/classify",outcome="answered"} 1',
      'facecls_request_duration_seconds_count{route="/classify"} 1',
      'facecls_queue_photographs 3',
      'facecls_batches_total 4',
      'facecls_batch_photographs_total 6',
      'facecls_batch_seconds_total 2.8',
    ])
      expect(metrics).toContain(`${line}\n`)
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes'])
      expect(metrics).toMatch(new RegExp(`^${name} [\\d.e-]+$`, 'm'))
  })

  it('drains: what is under way is answered, what comes is refused, then it ends', async () => {
    const { address, service, predictor } = await served()
    predictor.isSlow = true
    const face = await jpeg()
    const underWay = post(`${address}/classify`, face)
    await predictor.waitsFor(1)
    const drained = service.drain(60_000)
    const ready = await fetch(`${address}/ready`)
    expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close'])
    expect((await fetch(`${address}/health`)).status).toBe(200)
    const late = await post(`${address}/classify`, face)
    expect([late.status, (await refusal(late)).code]).toEqual([503, 'DRAINING'])
    expect(predictor.isClosed).toBe(false)
    predictor.answer()
    expect((await underWay).status).toBe(200)
    expect(await drained).toBe(true)
    expect(predictor.isClosed).toBe(true)
    await expect(fetch(`${address}/health`)).rejects.toThrow()
  })

  it('cuts off what takes too long', async () => {
    const { address, service, predictor } = await served()
    predictor.isSlow = true
    const underWay = post(`${address}/classify`, await jpeg()).catch(() => 'cut off')
    await predictor.waitsFor(1)
    expect(await service.drain(1)).toBe(false)
    expect(await underWay).toBe('cut off')
  })
})

/** The body of an answer that is a refusal. */
async function refusal(response: Response): Promise<{ code: string; message: string }> {
  return (await response.json()) as { code: string; message: string }
}

/** What comes back first for a request of which only the head is sent. */
function answerTo(address: string, lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`${[...lines, `host: ${hostname}`].join('\r\n')}\r\n\r\n`),
    )
    socket.on('error', reject)
    socket.once('data', (data) => {
      socket.destroy()
      resolve(String(data))
    })
  })
}
