import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeEach, describe, expect, it } from 'vitest'
import { native } from '../../../lib/native/index.js'
import {
  type SweepEvent,
  type SweepOptions,
  type SweepSpace,
  sgd,
  sweep,
  type TrainingData,
} from '../../../lib/training/index.js'
import { mobileNet, someWeights } from '../before/small-mobilenet.js'
import { newOutput, smallParts } from '../small-training.js'

let parts: TrainingData
let output: string
beforeEach(async () => {
  parts = await smallParts()
  output = newOutput()
})

const over = { learningRate: [1e-3, 1e-2], seed: { one: 1, two: 2 } } as const

/** One epoch of two steps a trial. */
const small = (changed: Partial<SweepOptions<typeof over>> = {}): SweepOptions<typeof over> => ({
  over,
  train: ({ learningRate, seed }) =>
    mobileNet(parts).epochs(1).seed(seed).optimizer(sgd({ learningRate })).cache('memory'),
  output,
  ...changed,
})

const table = () =>
  parse(readFileSync(join(output, 'sweep.csv')), { columns: true }) as Record<string, string>[]
const trialsIn = () => readdirSync(output).filter((name) => name.startsWith('trial-'))

describe('wrong arguments', () => {
  it.each<[string, unknown, ErrorConstructor, string]>([
    ['nothing', undefined, TypeError, 'Expected an object for sweep but received undefined'],
    ['an unknown option', { grid: {} }, TypeError, 'Unknown option grid in sweep'],
    ['no space', { over: undefined }, TypeError, 'Expected an object of values by setting for over'],
    ['a name of the table', { over: { reason: [1] } }, RangeError, 'for over but received "reason"'],
    ['no output', { output: undefined }, TypeError, 'Expected a non-empty string for output'],
    ['no trial', { trials: 0 }, RangeError, 'Expected an integer of at least 1 for trials'],
    ['a seed', { seed: -1 }, RangeError, 'for seed but received -1'],
    ['no time', { timeBudget: 0 }, RangeError, 'Expected a number between 0.001 and 2000000 for timeBudget'],
    ['no signal', { signal: 1 }, TypeError, 'Expected an AbortSignal for signal'],
    ['no function', { train: 1 }, TypeError, 'Expected a function for train'],
    ['no listener', { onEvent: 1 }, TypeError, 'Expected a function for onEvent'],
    ['no trainer', { train: () => ({}) }, TypeError, 'Expected a trainer for what train() returns'],
    ['a batch of one', { train: () => mobileNet(parts).batchSize(1) }, RangeError, 'for batchSize'],
  ])('%s', async (_, changed, kind, message) => {
    const failure = sweep(changed === undefined ? (undefined as never) : small(changed as never))
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.toBeInstanceOf(kind)
  })

  it('a folder that holds something else, or a damaged sweep', async () => {
    mkdirSync(output)
    writeFileSync(join(output, 'mine'), '')
    await expect(sweep(small())).rejects.toThrow(/is not empty/)
    writeFileSync(join(output, 'sweep.json'), '{')
    await expect(sweep(small())).rejects.toMatchObject({ code: 'FILE' })
    writeFileSync(join(output, 'sweep.json'), '{"format":1,"rows":[{}]}')
    await expect(sweep(small())).rejects.toThrow(/its rows are wrong/)
    expect(trialsIn()).toEqual([])
  })
})

describe('a sweep', () => {
  it('tries every combination, tells of it, and sorts the best first', async () => {
    const events: SweepEvent[] = []
    const result = await sweep(small({ onEvent: (event) => events.push(event as SweepEvent) }))
    expect(result).toMatchObject({ reason: 'completed', trials: 4, output })
    expect([...result.rows].sort((a, b) => a.trial - b.trial).map(({ settings }) => settings)).toEqual([
      { learningRate: 1e-3, seed: 'one' },
      { learningRate: 1e-3, seed: 'two' },
      { learningRate: 1e-2, seed: 'one' },
      { learningRate: 1e-2, seed: 'two' },
    ])
    for (const { trial, folder, reason, epochs, bestEpoch } of result.rows) {
      expect({ reason, epochs, bestEpoch }).toEqual({ reason: 'completed', epochs: 1, bestEpoch: 1 })
      expect(folder).toBe(join(output, `trial-00${trial}`))
      expect(readdirSync(folder)).toContain('best.safetensors')
    }
    const keys = result.rows.map(({ valTop1, valLoss }) => [-(valTop1 as number), valLoss as number] as const)
    expect(keys).toEqual([...keys].sort(([a, b], [c, d]) => a - c || b - d))

    const rows = [...result.rows].sort((a, b) => a.trial - b.trial)
    expect(table()).toEqual(
      rows.map(({ trial, settings, valTop1, valLoss, seconds }) => ({
        trial: `${trial}`,
        learningRate: `${settings.learningRate}`,
        seed: settings.seed,
        valTop1: `${valTop1}`,
        valLoss: `${valLoss}`,
        bestEpoch: '1',
        epochs: '1',
        seconds: `${seconds}`,
        reason: 'completed',
        folder: `trial-00${trial}`,
      })),
    )
    const kinds = events.map((event) => event.type).filter((type, i, all) => type !== all[i - 1])
    expect(kinds).toEqual(Array.from({ length: 4 }, () => ['trial', 'run', 'result']).flat())
    expect(events[0]).toEqual({
      ...{ type: 'trial', trial: 1, trials: 4 },
      settings: { learningRate: 1e-3, seed: 'one' },
    })
    expect(readdirSync(output)).not.toContain('sweep.lock')
  })

  it('tries some that are drawn where there are more', async () => {
    const { rows, trials } = await sweep(small({ trials: 2, seed: 3 }))
    expect(trials).toBe(2)
    expect(new Set(rows.map(({ settings }) => JSON.stringify(settings))).size).toBe(2)
    expect(trialsIn()).toEqual(['trial-001', 'trial-002'])
  })

  it('has a row for a trial whose loss is not finite, and goes on', async () => {
    const { rows, reason } = await sweep({
      over: { weights: { spoilt: await someWeights(2, true), whole: await someWeights() } },
      train: async ({ weights }) => mobileNet(parts, weights).epochs(1),
      output,
    })
    expect(reason).toBe('completed')
    expect(rows.map(({ trial }) => trial)).toEqual([2, 1])
    expect(rows[1]).toMatchObject({
      reason: 'not_finite',
      valTop1: null,
      valLoss: null,
      bestEpoch: null,
      epochs: 0,
    })
    expect(table()[0]).toMatchObject({ reason: 'not_finite', valTop1: '', bestEpoch: '' })
  })

  it('ends with what would meet every trial', async () => {
    const missing = { ...small(), train: () => mobileNet(parts, join(output, 'missing.safetensors')) }
    await expect(sweep(missing)).rejects.toMatchObject({ code: 'FILE' })
    expect(table()).toEqual([])
  })
})

describe('a listener that throws', () => {
  it('ends the sweep and its run', async () => {
    const failure = new Error('mine')
    const onEvent = (event: SweepEvent<typeof over>) => {
      if (event.type === 'run' && event.event.type === 'step') throw failure
    }
    await expect(sweep(small({ onEvent }))).rejects.toBe(failure)
    expect(readdirSync(join(output, 'trial-001'))).toContain('last.safetensors') // it was told, and has ended
    expect(table()).toEqual([])
  })
})

describe('an interrupted sweep', () => {
  /** Stops in the middle of a trial. */
  async function interrupt(trial: number): Promise<void> {
    const controller = new AbortController()
    const onEvent = (event: SweepEvent<typeof over>) => {
      if (event.type === 'run' && event.trial === trial && event.event.type === 'step') controller.abort()
    }
    const { reason, rows } = await sweep(small({ signal: controller.signal, onEvent }))
    expect(reason).toBe('aborted')
    expect(rows).toHaveLength(trial - 1)
    expect(trialsIn()).toHaveLength(trial)
  }

  it('goes on without its finished trials, and gives what it would have given', async () => {
    await interrupt(3)
    const begun: number[] = []
    const onEvent = (event: SweepEvent<typeof over>) => event.type === 'trial' && begun.push(event.trial)
    const { reason, rows } = await sweep(small({ onEvent }))
    expect(reason).toBe('completed')
    expect(begun).toEqual([3, 4])
    const elsewhere = await sweep(small({ output: newOutput() }))
    const results = (all: typeof rows) => all.map(({ trial, valTop1, valLoss }) => [trial, valTop1, valLoss])
    expect(results(rows)).toEqual(results(elsewhere.rows))
    const { train } = small()
    const saved = async (choice: Parameters<typeof train>[0]) =>
      (await train(choice)).checkpoints({ keep: 1 })
    const again = await sweep(small({ train: saved }))
    expect(again.rows).toEqual(rows)
  })

  it.each<[string, Partial<SweepOptions<SweepSpace>>, RegExp]>([
    [
      'values',
      { over: { learningRate: [1e-3, 1e-2], seed: { one: 1, three: 3 } } },
      /the values it tries differ/,
    ],
    ['trials', { trials: 3 }, /the number of its trials/],
    ['a training', { train: () => mobileNet(parts).epochs(1) }, /the trainings that train\(\) makes differ/],
  ])('of other %s is refused', async (_, changed, message) => {
    await interrupt(1)
    const before = readFileSync(join(output, 'sweep.json'))
    await expect(sweep(small(changed as never))).rejects.toThrow(message)
    expect(readFileSync(join(output, 'sweep.json'))).toEqual(before)
  })

  it('is refused while another goes on with it', async () => {
    await interrupt(1)
    const lock = native().lockFile(join(output, 'sweep.lock'))
    await expect(sweep(small())).rejects.toThrow(/Another process goes on with the sweep/)
    lock?.release()
  })

  it('does nothing where its signal has come before', async () => {
    const { reason, rows } = await sweep(small({ signal: AbortSignal.abort() }))
    expect([reason, rows, trialsIn()]).toEqual(['aborted', [], []])
  })
})

describe('the time of a sweep', () => {
  it('ends the running trial, and counts finished ones when it goes on', async () => {
    const long = small({
      timeBudget: 2,
      train: ({ learningRate }) => mobileNet(parts).epochs(1_000_000).optimizer(sgd({ learningRate })),
    })
    const { reason, rows, trials } = await sweep(long)
    expect(reason).toBe('time_budget')
    expect(rows).toMatchObject([{ trial: 1, reason: 'time_budget' }])
    expect(trials).toBe(4)
    const again = await sweep({ ...long, timeBudget: 1 })
    expect(again.rows).toEqual(rows)
  })

  it("leaves a trainer's own budget, if that is less", async () => {
    const { reason, rows } = await sweep({
      over: { learningRate: [1e-3] },
      train: ({ learningRate }) =>
        mobileNet(parts).epochs(1_000_000).timeBudget(0.5).optimizer(sgd({ learningRate })),
      output,
      timeBudget: 1000,
    })
    expect(reason).toBe('completed')
    expect(rows).toMatchObject([{ reason: 'time_budget' }])
  })
})
