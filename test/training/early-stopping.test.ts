import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FaceClassifier } from '../../lib/face-classifier.js'
import { readBundle } from '../../lib/model/index.js'
import { earlyStopping, isOver, NOTHING_SEEN, seen } from '../../lib/training/early-stopping.js'
import type { EarlyStoppingOptions, Trainer } from '../../lib/training/index.js'
import { drawnFaces, newOutput } from './small-training.js'

/** MobileNetV2 at 32 pixels, two updates an epoch. */
async function trainer(): Promise<Trainer> {
  const parts = (await drawnFaces(['anna', 'ben'], 6)).split({ train: 2 / 3, val: 1 / 3 })
  const classifier = FaceClassifier.mobilenetV2({ classes: parts.train })
  return classifier.trainer(parts).imageSize(32).batchSize(4).cache('memory') as Trainer
}

describe('early stopping', () => {
  it('refuses what it cannot be', async () => {
    const one = await trainer()
    expect(() => one.stopEarly({ monitor: 'trainLoss' as never })).toThrow(/'valLoss', 'valTop1' for monitor/)
    expect(() => one.stopEarly({ patience: -1 })).toThrow(RangeError)
    expect(() => one.stopEarly({ patience: 1.5 })).toThrow(TypeError)
    expect(() => one.stopEarly({ threshold: -1e-9 })).toThrow(RangeError)
    expect(() => one.stopEarly({ mode: 'max' } as never)).toThrow(/Unknown option mode/)
    expect(one.settings.stopEarly).toBeNull()
    expect(one.stopEarly().settings.stopEarly).toEqual({ monitor: 'valLoss', patience: 5, threshold: 0 })
  })

  /** The epoch, from 1, after which it is over; 0: never. */
  function endOf(metrics: readonly number[], options: EarlyStoppingOptions): number {
    const settings = earlyStopping(options)
    let state = NOTHING_SEEN
    for (const [epoch, metric] of metrics.entries()) {
      state = seen(settings, state, { valLoss: metric, valTop1: metric })
      if (isOver(settings, state)) return epoch + 1
    }
    return 0
  }

  it.each<[string, number, readonly number[], EarlyStoppingOptions]>([
    ['a loss that falls goes on', 0, [5, 4, 3, 2, 1], { patience: 0 }],
    ['the first epoch without improvement is the end without patience', 2, [5, 5, 4], { patience: 0 }],
    ['patience lets so many pass', 4, [5, 6, 5, 7, 1], { patience: 2 }],
    ['an improvement begins the count anew', 6, [5, 6, 4, 6, 6, 6], { patience: 2 }],
    [
      'what is no larger than the threshold is no improvement',
      3,
      [5, 4.5, 4.5],
      { patience: 1, threshold: 0.5 },
    ],
    ['accuracy is better where it is higher', 0, [0.1, 0.2, 0.3], { monitor: 'valTop1', patience: 0 }],
    ['accuracy that falls ends it', 3, [0.3, 0.2, 0.1], { monitor: 'valTop1', patience: 1 }],
    ['NaN is no improvement', 3, [5, Number.NaN, Number.NaN, 1], { patience: 1 }],
  ])('%s', (_, epoch, metrics, options) => {
    expect(endOf(metrics, options)).toBe(epoch)
  })

  it('ends a run, whose best epoch stays the best, and says so', async () => {
    // After the first epoch nothing is so much better.
    const stopping = (await trainer()).epochs(9).stopEarly({ patience: 1, threshold: 1e9 })
    const { reason, history, best, bestEpoch, output } = await stopping.start({ output: newOutput() })
      .finished
    expect([reason, history.length]).toEqual(['stopped_early', 3])
    expect((await readBundle(best)).metadata.metrics.epoch).toBe(bestEpoch)
    const { training } = JSON.parse(readFileSync(join(output, 'config.json'), 'utf8'))
    expect(training.stopEarly).toEqual({ monitor: 'valLoss', patience: 1, threshold: 1e9 })
    expect(existsSync(join(output, 'curves.png'))).toBe(true)
  })

  it('in the last epoch is a training that was completed', async () => {
    const stopping = (await trainer()).epochs(2).stopEarly({ patience: 0, threshold: 1e9 })
    expect((await stopping.start({ output: newOutput() }).finished).reason).toBe('completed')
  })
})

describe('a time budget', () => {
  it('refuses what no clock can count', async () => {
    const one = await trainer()
    for (const seconds of [0, -1, 3e6]) expect(() => one.timeBudget(seconds)).toThrow(RangeError)
    expect(() => one.timeBudget('1 h' as never)).toThrow(TypeError)
    expect(one.settings.timeBudget).toBeNull()
  })

  it('ends the run as an abort does, and says why', async () => {
    const run = (await trainer()).epochs(1_000_000).timeBudget(0.001).start({ output: newOutput() })
    const { reason, last } = await run.finished
    expect(reason).toBe('time_budget')
    expect(existsSync(last)).toBe(true)
  })

  it('that is not used up changes nothing; an abort before it is an abort', async () => {
    const patient = (await trainer()).epochs(1).timeBudget(1e6)
    expect((await patient.start({ output: newOutput() }).finished).reason).toBe('completed')
    const run = patient.start({ output: newOutput(), signal: AbortSignal.abort() })
    expect((await run.finished).reason).toBe('aborted')
  })
})
