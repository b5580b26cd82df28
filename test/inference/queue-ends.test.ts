import { describe, expect, it } from 'vitest'
import { answers, names, opened } from './queueing.js'
import { finishAll, settled } from './stand-in-model.js'

describe('a signal', () => {
  it('takes its calls out at once, wherever they are', async () => {
    const { model, queue } = opened({ maxDelayMs: 1000 })
    const running = queue.add(['a'])
    await settled()
    const controller = new AbortController()
    const { signal } = controller
    const mine = [['b'], ['slow'], ['c', 'slow 2'], names(9)].map((given) => queue.add(given, { signal }))
    const results = Promise.allSettled(mine)
    const other = queue.add(['d'])
    await settled()
    controller.abort(new Error('gone'))
    for (const result of await results)
      expect(result).toMatchObject({ reason: { code: 'ABORTED', cause: new Error('gone') } })
    expect(queue.stats()).toMatchObject({ aborted: 4, waiting: 1 })
    await expect(queue.add(['e'], { signal })).rejects.toMatchObject({ code: 'ABORTED' })
    await model.ready('slow')
    await model.ready('slow 2')
    await finishAll(model)
    await Promise.all([running, other])
    expect(model.batches).toEqual([['a'], ['d']])
    expect(model.held).toEqual([])
  })

  it('that aborts while its batch runs ends the call, and the batch goes on', async () => {
    const { model, queue } = opened()
    const controller = new AbortController()
    const mine = queue.add(['a'], { signal: controller.signal })
    const other = queue.add(['b'])
    await settled()
    controller.abort()
    await expect(mine).rejects.toMatchObject({ code: 'ABORTED' })
    await finishAll(model)
    expect(await other).toEqual(['answer to b'])
  })

  it('can be shared by many calls without a warning, and is let go of', async () => {
    const warnings: Error[] = []
    const listen = (warning: Error) => warnings.push(warning)
    process.on('warning', listen)
    const { model, queue } = opened({ maxQueue: 100 })
    const { signal } = new AbortController()
    const all = names(50).map((name) => queue.add([name], { signal }))
    await finishAll(model)
    await Promise.all(all)
    await new Promise(setImmediate)
    process.off('warning', listen)
    expect(warnings).toEqual([])
  })
})

describe('a failure', () => {
  it('of a photograph ends its call alone', async () => {
    const { model, queue } = opened()
    const bad = expect(queue.add(['a', 'broken', 'b'])).rejects.toThrow('broken cannot be decoded')
    const good = queue.add(['c'])
    await finishAll(model)
    await bad
    expect(await good).toEqual(['answer to c'])
    expect(model.batches).toEqual([['c']])
    expect(queue.stats()).toMatchObject({ failed: 1, answered: 1 })
  })

  it('of a batch ends its calls alone', async () => {
    const { model, queue } = opened()
    const bad = [queue.add(['a']), queue.add(names(5))]
    const results = Promise.allSettled(bad)
    await settled()
    const good = queue.add(['b'])
    await model.finish(new Error('no memory'))
    for (const result of await results) expect(result).toMatchObject({ reason: new Error('no memory') })
    await finishAll(model)
    expect(await good).toEqual(['answer to b'])
    expect(model.held).toEqual([])
  })

  it('leaves room for those that wait behind it', async () => {
    const { model, queue } = opened({ maxQueue: 100 })
    const results = Promise.allSettled(names(20).map((_, i) => queue.add([`broken ${i}`])))
    const good = queue.add(['good'])
    await results
    await finishAll(model)
    expect(await good).toEqual(['answer to good'])
  })
})

describe('close', () => {
  it('answers what waits, ends long lists, and refuses what comes', async () => {
    const { model, queue } = opened()
    const calls = [queue.add(['a', 'b']), queue.add(['c', 'd', 'e'])]
    const list = expect(queue.add(names(50))).rejects.toMatchObject({ code: 'CLOSED' })
    let isClosed = false
    const closing = queue.close().then(() => {
      isClosed = true
    })
    await expect(queue.add(['x'])).rejects.toMatchObject({ code: 'CLOSED' })
    await list
    await settled()
    expect(isClosed).toBe(false)
    await finishAll(model)
    expect(await Promise.all(calls)).toEqual([answers(['a', 'b']), answers(['c', 'd', 'e'])])
    await closing
    await queue.close()
    expect(model.held).toEqual([])
  })

  it('waits for photographs that are being prepared though nobody wants them', async () => {
    const { model, queue } = opened()
    const controller = new AbortController()
    const call = queue.add(['slow'], { signal: controller.signal })
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
    let isClosed = false
    const closing = queue.close().then(() => {
      isClosed = true
    })
    await settled()
    expect(isClosed).toBe(false)
    await model.ready('slow')
    await closing
  })

  it('of a queue that nobody used ends at once', async () => {
    const { queue } = opened()
    expect(await queue.add([])).toEqual([])
    await queue.close()
  })
})
