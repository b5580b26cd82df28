// Trainings whose updates are more than one batch at one rate.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cosine, crossEntropy, linearWarmUp, sequence } from '../../lib/training/index.js'
import { drawnFaces, eventsOf, newOutput, smallParts, smallTrainer } from './small-training.js'

describe('an update', () => {
  it('takes several batches, clips its gradients, warms up and learns layer by layer at their own rates', async () => {
    const parts = {
      train: (await drawnFaces(['anna', 'ben'], 5)).take(10),
      val: await drawnFaces(['anna', 'ben'], 1),
    }
    const trainer = smallTrainer(parts)
      .batchSize(2)
      .accumulate(2)
      .clipGradients(0.5)
      .layerRates({ trunk: 0.1 })
      .schedule(sequence(linearWarmUp({ epochs: 1, from: 0 }), cosine()))
      .loss(crossEntropy({ classWeights: 'balanced' }))
      .precision('float32')
    const run = trainer.start({ output: newOutput() })
    const [events, { history, output }] = await Promise.all([eventsOf(run), run.finished])
    const steps = events.filter((event) => event.type === 'step')
    // Ten photographs are five batches of two, so three updates an epoch, of which the last has a single batch.
    expect(steps.at(-1)).toMatchObject({ step: 3, steps: 3, globalStep: 6, samples: 10 })
    expect(steps.at(-1)?.gradientNorm).toBeGreaterThan(0)
    expect(history.map(({ learningRate }) => learningRate)).toEqual([0, 1e-3])
    const { training, compute } = JSON.parse(readFileSync(join(output, 'config.json'), 'utf8'))
    expect(training).toMatchObject({ accumulate: 2, clipNorm: 0.5, layerRates: { trunk: 0.1 } })
    expect(training).toMatchObject({ loss: { classWeights: 'balanced' }, schedule: { kind: 'sequence' } })
    expect(compute.precision).toEqual({ name: 'float32', reason: 'asked for' })
  })

  it('in float64 gives what one in float32 gives, nearly', async () => {
    const parts = await smallParts()
    const lossOf = async (precision: 'float32' | 'float64') => {
      const trainer = smallTrainer(parts).epochs(1).batchSize(8).precision(precision)
      const { history } = await trainer.start({ output: newOutput() }).finished
      return history[0]?.trainLoss as number
    }
    const [narrow, wide] = [await lossOf('float32'), await lossOf('float64')]
    expect(Math.abs(narrow / wide - 1)).toBeLessThan(1e-4)
    expect(narrow).not.toBe(wide) // the precision asked for is the one computed in
  })
})
