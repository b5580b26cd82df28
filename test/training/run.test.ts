import { describe, expect, it } from 'vitest'
import type { EpochEvent, RunEvent, StepEvent } from '../../lib/training/events.js'
import { Run } from '../../lib/training/run.js'
import type { RunResult } from '../../lib/training/run-result.js'

const device = { name: 'cpu', reason: 'asked for' }
const precision = { name: 'float32', reason: 'asked for' } as const
const result = {
  reason: 'completed',
  best: 'b',
  last: 'l',
  bestEpoch: 1,
  history: [],
  output: 'o',
} as RunResult

const epoch = (n: number) => ({ type: 'epoch', epoch: n }) as EpochEvent
const step = (n: number) => ({ type: 'step', globalStep: n }) as StepEvent

/** A run whose events and end the test decides. */
function heldRun() {
  let emit!: (event: RunEvent) => void
  let succeed!: (result: RunResult) => void
  let fail!: (failure: unknown) => void
  const run = new Run({ output: '/runs/one', device, precision }, (given) => {
    emit = given
    return new Promise((resolve, reject) => {
      succeed = resolve
      fail = reject
    })
  })
  return { run, emit, succeed, fail }
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = []
  for await (const event of stream) events.push(event)
  return events
}

/** What the process would see as unhandled while the work goes on. */
async function unhandledDuring(work: () => Promise<void>): Promise<unknown[]> {
  const seen: unknown[] = []
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', (failure) => seen.push(failure))
  try {
    await work()
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const listener of others) process.on('unhandledRejection', listener)
  }
  return seen
}

describe('streams', () => {
  it('gives each loop a stream of its own, with every epoch', async () => {
    const { run, emit, succeed } = heldRun()
    const both = Promise.all([collect(run.epochs()), collect(run.epochs())])
    for (const n of [1, 2, 3]) emit(epoch(n))
    succeed(result)
    expect(await both).toEqual([
      [epoch(1), epoch(2), epoch(3)],
      [epoch(1), epoch(2), epoch(3)],
    ])
  })

  it('gives a late loop the epochs that are over', async () => {
    const { run, emit, succeed } = heldRun()
    emit(epoch(1))
    const late = run.epochs()
    expect(await late.next()).toEqual({ value: epoch(1), done: false })
    emit(epoch(2))
    succeed(result)
    await run.finished
    expect(await collect(late)).toEqual([epoch(2)])
    expect(await collect(run.epochs())).toEqual([epoch(1), epoch(2)])
  })

  it('conflates steps to the latest for a slow reader and keeps the order of all else', async () => {
    const { run, emit, succeed } = heldRun()
    const steps = run.steps()
    const events = run.events()
    const first = [steps.next(), events.next()]
    emit(step(1))
    await Promise.all(first)
    for (const n of [2, 3]) emit(step(n))
    emit(epoch(1))
    for (const n of [4, 5]) emit(step(n))
    succeed(result)
    expect(await collect(steps)).toEqual([step(5)])
    expect(await collect(events)).toEqual([step(3), epoch(1), step(5)])
  })

  it('answers several next() at once in order', async () => {
    const { run, emit, succeed } = heldRun()
    const stream = run.epochs()
    const answers = Promise.all([stream.next(), stream.next(), stream.next()])
    emit(epoch(1))
    emit(epoch(2))
    succeed(result)
    expect(await answers).toEqual([
      { value: epoch(1), done: false },
      { value: epoch(2), done: false },
      { value: undefined, done: true },
    ])
  })

  it('goes on when a loop is left, with the others told', async () => {
    const { run, emit, succeed } = heldRun()
    const rest = collect(run.epochs())
    const left = (async () => {
      for await (const event of run.epochs()) return event
    })()
    await Promise.resolve()
    emit(epoch(1))
    expect(await left).toEqual(epoch(1))
    emit(epoch(2))
    succeed(result)
    expect(await rest).toEqual([epoch(1), epoch(2)])
    expect(await run.finished).toBe(result)
  })

  it('answers a next() that waits when return() is called, and is done from then on', async () => {
    const { run, emit } = heldRun()
    const stream = run.epochs()
    const waiting = stream.next()
    await stream.return?.()
    expect(await waiting).toEqual({ value: undefined, done: true })
    emit(epoch(1))
    expect(await stream.next()).toEqual({ value: undefined, done: true })
  })
})

describe('a failure', () => {
  const failure = new Error('no')

  it('is thrown in each loop after the events before it, and once', async () => {
    const { run, emit, fail } = heldRun()
    const stream = run.epochs()
    const first = stream.next()
    emit(epoch(1))
    emit(epoch(2))
    fail(failure)
    await first
    expect(await stream.next()).toEqual({ value: epoch(2), done: false })
    await expect(stream.next()).rejects.toBe(failure)
    expect(await stream.next()).toEqual({ value: undefined, done: true })
    await expect(run.finished).rejects.toBe(failure)
    await expect(collect(run.events())).rejects.toBe(failure)
  })

  it('that a loop throws is not unhandled too', async () => {
    const seen = await unhandledDuring(async () => {
      const { run, fail } = heldRun()
      const loop = collect(run.epochs())
      fail(failure)
      await expect(loop).rejects.toBe(failure)
    })
    expect(seen).toEqual([])
  })

  it('that finished alone is asked for is handled there', async () => {
    const seen = await unhandledDuring(async () => {
      const { run, fail } = heldRun()
      const finished = expect(run.finished).rejects.toBe(failure)
      fail(failure)
      await finished
    })
    expect(seen).toEqual([])
  })

  it('that nobody looks at is an unhandled rejection, once', async () => {
    const seen = await unhandledDuring(async () => heldRun().fail(failure))
    expect(seen).toEqual([failure])
  })

  it('is an unhandled rejection when the loop that was to throw it is left before, once', async () => {
    const seen = await unhandledDuring(async () => {
      const { run, emit, fail } = heldRun()
      const stream = run.epochs()
      const first = stream.next()
      emit(epoch(1))
      await first
      fail(failure)
      await new Promise((resolve) => setImmediate(resolve))
      await stream.return?.()
    })
    expect(seen).toEqual([failure])
  })

  it('is handled when the loop is left before and finished is awaited next', async () => {
    const seen = await unhandledDuring(async () => {
      const { run, emit, fail } = heldRun()
      emit(epoch(1))
      for await (const _ of run.epochs()) {
        fail(failure)
        await new Promise((resolve) => setImmediate(resolve))
        break
      }
      await expect(run.finished).rejects.toBe(failure)
    })
    expect(seen).toEqual([])
  })

  it('may be anything, null included', async () => {
    const { run, fail } = heldRun()
    const loop = collect(run.epochs())
    fail(null)
    await expect(loop).rejects.toBeNull()
    await expect(run.finished).rejects.toBeNull()
  })
})

it('shows its folder and device at once', () => {
  const { run } = heldRun()
  expect(run.output).toBe('/runs/one')
  expect(run.device).toEqual(device)
})

describe('each method in each state', () => {
  const failure = new Error('no')
  const aborted = { ...result, reason: 'aborted' } as RunResult
  const methods = ['epochs', 'steps', 'events'] as const
  const kept = { epochs: [epoch(1)], steps: [], events: [epoch(1)] } // of what was before the stream began

  async function ended(state: 'completed' | 'aborted' | 'failed'): Promise<Run> {
    const { run, emit, succeed, fail } = heldRun()
    emit(step(1))
    emit(epoch(1))
    if (state === 'failed') fail(failure)
    else succeed(state === 'completed' ? result : aborted)
    await Promise.allSettled([run.finished])
    return run
  }

  it.each(methods)('running: %s() waits for what comes', async (method) => {
    const { run, emit, succeed } = heldRun()
    const all = collect<RunEvent>(run[method]())
    emit(step(1))
    emit(epoch(1))
    succeed(result)
    expect(await all).toEqual(
      [step(1), epoch(1)].filter(({ type }) => method === 'events' || method === `${type}s`),
    )
  })

  it.each(methods)('completed and aborted: %s() gives what is kept and ends', async (method) => {
    for (const state of ['completed', 'aborted'] as const) {
      const run = await ended(state)
      expect(await collect<RunEvent>(run[method]())).toEqual(kept[method])
    }
  })

  it.each(methods)('failed: %s() gives what is kept and throws', async (method) => {
    const stream: AsyncIterator<RunEvent> = (await ended('failed'))[method]()
    for (const event of kept[method]) expect(await stream.next()).toEqual({ value: event, done: false })
    await expect(stream.next()).rejects.toBe(failure)
  })

  it('finished is the same promise always, and settles as the run ended', async () => {
    const { run } = heldRun()
    expect(run.finished).toBe(run.finished)
    expect(await (await ended('completed')).finished).toBe(result)
    expect((await (await ended('aborted')).finished).reason).toBe('aborted')
    await expect((await ended('failed')).finished).rejects.toBe(failure)
  })
})
