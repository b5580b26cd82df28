import { describe, expect, it } from 'vitest'
import { MersenneTwister } from '../../lib/data/index.js'
import { answers, names, opened } from './queueing.js'
import { finishAll, settled } from './stand-in-model.js'

describe('batches', () => {
  it('are of what comes at the same time; while one runs the next gathers', async () => {
    const { model, queue } = opened()
    const first = [queue.add(['a']), queue.add(['b', 'c'])]
    await settled()
    expect(model.batches).toEqual([['a', 'b', 'c']])
    const next = [queue.add(['d']), queue.add(['e']), queue.add(['f', 'g', 'h'])]
    await settled()
    expect(model.batches).toHaveLength(1)
    await finishAll(model)
    expect(model.batches.slice(1)).toEqual([['d', 'e', 'f', 'g'], ['h']])
    expect(await Promise.all([...first, ...next])).toEqual(
      [['a'], ['b', 'c'], ['d'], ['e'], ['f', 'g', 'h']].map(answers),
    )
    expect(model.held).toEqual([])
  })

  it('wait for what is being prepared, no longer than maxDelayMs, and in order of arrival', async () => {
    const { model, clock, queue } = opened()
    const slow = queue.add(['slow'])
    const fast = queue.add(['fast'])
    await settled()
    expect(model.batches).toEqual([])
    await clock.pass(4)
    expect(model.batches).toEqual([])
    await clock.pass(1)
    expect(model.batches).toEqual([['fast']])
    await model.finish()
    expect(await fast).toEqual(['answer to fast'])
    await model.ready('slow')
    await finishAll(model)
    expect(await slow).toEqual(['answer to slow'])
    const both = [queue.add(['slow 1']), queue.add(['fast 1'])]
    await clock.pass(1)
    await model.ready('slow 1')
    expect(model.batches.at(-1)).toEqual(['slow 1', 'fast 1'])
    await finishAll(model)
    expect(await Promise.all(both)).toEqual([['answer to slow 1'], ['answer to fast 1']])
    expect(clock.timers).toBe(0)
  })

  it('never hold more photographs at once than two batches', async () => {
    const { model, queue } = opened({ maxQueue: 100 })
    const all = names(40).map((name) => queue.add([name]))
    await finishAll(model)
    expect((await Promise.all(all)).flat()).toEqual(answers(names(40)))
    expect(model.most).toBe(8)
  })

  it.each([1, 2, 3])('answer each call with its own, whatever arrives when (seed %i)', async (seed) => {
    const { model, clock, queue } = opened({ maxQueue: 1000 })
    const random = new MersenneTwister(seed)
    const draw = (count: number) => random.next() % count
    const calls: { given: string[]; answer: Promise<string[]> }[] = []
    const slow: string[] = []
    for (let event = 0; event < 300; event++) {
      const kind = draw(4)
      if (kind < 2) {
        const given = names(1 + draw(9)).map((name) => `${draw(3) ? '' : 'slow '}${event} ${name}`)
        slow.push(...given.filter((name) => name.startsWith('slow')))
        calls.push({ given, answer: queue.add(given) })
      } else if (kind === 2 && slow.length > 0)
        await model.ready(slow.splice(draw(slow.length), 1)[0] as string)
      else if (model.isRunning) await model.finish()
      await clock.pass(draw(8))
    }
    for (const name of slow) await model.ready(name)
    for (let round = 0; round < 1000 && (queue.stats().waiting > 0 || model.isRunning); round++) {
      await clock.pass(5)
      await model.finish()
    }
    for (const { given, answer } of calls) expect(await answer).toEqual(answers(given))
    expect(model.held).toEqual([])
    expect(queue.stats()).toMatchObject({ accepted: calls.length, answered: calls.length, waiting: 0 })
  })
})

describe('a queue that is full', () => {
  it('refuses a call at once, says when to come again, and forgets it', async () => {
    const { model, clock, queue } = opened()
    const running = names(4).map((name) => queue.add([name]))
    await settled() // these run, so eight more may wait
    const waiting = [queue.add(names(4, 4)), queue.add(names(3, 8))]
    const refused = queue.add(['x', 'y'])
    await expect(refused).rejects.toMatchObject({ code: 'OVERLOADED', retryAfterMs: 3000 }) // nothing was measured
    const last = queue.add(['z'])
    await clock.pass(20)
    await model.finish() // a batch takes 20 ms
    await settled()
    const refill = queue.add(names(4, 20))
    await expect(queue.add(['x'])).rejects.toMatchObject({ retryAfterMs: 60, name: 'TorchError' })
    await finishAll(model)
    await Promise.all([...running, ...waiting, last, refill])
    expect(model.batches.flat()).not.toContain('x')
    expect(queue.stats()).toMatchObject({
      accepted: 8,
      answered: 8,
      refused: 2,
      batches: 4,
      meanBatchSize: 4,
    })
  })

  it('takes a list of any length in pieces, and lets others pass', async () => {
    const { model, queue } = opened()
    const lists = [queue.add(names(30)), queue.add(names(10, 100))]
    await settled()
    expect(model.batches).toEqual([names(4)])
    const short = queue.add(['short'])
    await model.finish()
    await model.finish()
    expect(model.batches.slice(0, 3).flat()).toContain('short')
    await model.finish()
    expect(await short).toEqual(['answer to short'])
    await finishAll(model)
    expect(await Promise.all(lists)).toEqual([answers(names(30)), answers(names(10, 100))])
    const turns = model.batches.flat().filter((name) => name !== 'short')
    expect(turns.slice(0, 12)).toEqual([...names(8), ...names(4, 100)])
    expect(turns.indexOf('p8')).toBeLessThan(turns.indexOf('p104')) // each in turn
    expect(model.most).toBeLessThanOrEqual(8)
  })

  it('takes as many lists as photographs, and lists that are longer than it', async () => {
    const { model, queue } = opened({ maxQueue: 2 })
    const lists = [queue.add(names(3)), queue.add(names(9))]
    await expect(queue.add(names(3))).rejects.toMatchObject({ code: 'OVERLOADED' })
    await finishAll(model)
    expect(await Promise.all(lists)).toEqual([answers(names(3)), answers(names(9))])
  })
})

describe('a deadline', () => {
  it('that passes before its batch begins ends the call when it passes', async () => {
    const { model, clock, queue } = opened()
    const running = queue.add(['a'], { deadlineMs: 10 })
    await settled()
    const late = expect(queue.add(['b'], { deadlineMs: 30 })).rejects.toMatchObject({ code: 'DEADLINE' })
    const patient = queue.add(['c'], { deadlineMs: 100 })
    await clock.pass(30)
    await late
    expect(queue.stats()).toMatchObject({ expired: 1, waiting: 1 })
    await finishAll(model)
    expect(await running).toEqual(['answer to a']) // its batch had begun
    expect(await patient).toEqual(['answer to c'])
    expect(model.batches).toEqual([['a'], ['c']])
    expect(clock.timers).toBe(0)
  })

  it('is looked at before each batch too, where the timers are late', async () => {
    const { model, clock, queue } = opened()
    const running = queue.add(['a'])
    await settled()
    const late = expect(queue.add(['b'], { deadlineMs: 30 })).rejects.toMatchObject({ code: 'DEADLINE' })
    await settled()
    await clock.pass(30, { timers: false })
    await finishAll(model)
    await late
    await running
    expect(model.batches).toEqual([['a']])
    expect(model.held).toEqual([])
  })

  it('ends a list of several pieces', async () => {
    const { model, clock, queue } = opened()
    const late = expect(queue.add(names(12), { deadlineMs: 10 })).rejects.toMatchObject({ code: 'DEADLINE' })
    await settled()
    await clock.pass(10)
    await late
    await finishAll(model)
    expect(model.batches).toEqual([names(4)])
    expect(model.held).toEqual([])
  })
})

it('counts what it did, and how long it took', async () => {
  const { model, clock, queue } = opened()
  expect(queue.stats()).toEqual({
    ...{ accepted: 0, answered: 0, refused: 0, aborted: 0, expired: 0, failed: 0 },
    ...{ waiting: 0, batches: 0, meanBatchSize: 0, meanBatchMs: 0, latencyMs: null },
  })
  for (const milliseconds of [10, 30]) {
    const call = queue.add(['a', 'b'])
    await settled()
    await clock.pass(milliseconds)
    await model.finish()
    await call
  }
  const { latencyMs, ...stats } = queue.stats()
  expect(stats).toMatchObject({ accepted: 2, answered: 2, batches: 2, meanBatchSize: 2, meanBatchMs: 20 })
  expect(latencyMs).toMatchObject({ count: 2, mean: 20, p99: 30, max: 30 })
})
