import type { EpochEvent, RunResult, StepEvent } from '@facecls/torch'
import { describe, expect, it } from 'vitest'
import { closingLines } from '../../examples/01-train-a-classifier/closing.js'
import { epochLine, stepFacts } from '../../examples/shared/follow.js'

const step: StepEvent = {
  type: 'step',
  epoch: 3,
  epochs: 10,
  step: 2,
  steps: 7,
  globalStep: 16,
  loss: 9,
  trainLoss: 2.34567,
  trainTop1: 0.451,
  learningRate: 1e-3,
  gradientNorm: null,
  samples: 32,
  imagesPerSecond: 61.25,
}

const epoch: EpochEvent = {
  type: 'epoch',
  epoch: 3,
  epochs: 10,
  stage: 1,
  learningRate: 5e-4,
  train: { loss: 2.1, top1: 0.5 },
  validation: { loss: 1.9, top1: 1, top5: 1 },
  best: true,
  samples: 112,
  dropped: 0,
  seconds: 75,
  imagesPerSecond: 61.25,
}

describe('what a run tells', () => {
  it('of a step: speed, loss, accuracy and time left', () => {
    expect(stepFacts(step, 200)).toBe('61.3 images/s, loss 2.346, accuracy 45.1 %, 3:20 left')
  })

  it('of an epoch: both losses and accuracies, the rate, the speed and whether it is the best', () => {
    expect(epochLine(epoch)).toBe(
      'Epoch  3/10  train loss 2.100, top-1  50.0 %  validation loss 1.900, top-1 100.0 %  ' +
        'rate 0.00050  61.3 images/s  1:15  best so far',
    )
    expect(epochLine({ ...epoch, best: false })).not.toContain('best')
  })
})

describe('the last lines of a run', () => {
  const result: RunResult = {
    reason: 'completed',
    best: '/runs/a\u001b"/best.safetensors',
    last: '/runs/a/last.safetensors',
    bestEpoch: 2,
    history: [row(1, 0.5), row(2, 0.75)],
    output: '/runs/a',
  }

  function row(epoch: number, valTop1: number) {
    const rates = { learningRate: 1e-3, trainLoss: 1, trainTop1: 1, valLoss: 1, valTop5: 1 }
    return { epoch, stage: 1, samples: 10, dropped: 0, valTop1, ...rates }
  }

  it('name the best model and the three lines that use it', () => {
    const lines = closingLines(result)
    expect(lines[0]).toContain('best.safetensors (epoch 2, validation top-1 75.0 %)')
    expect(lines.join('\n')).toContain('Predictor.open("/runs/a\\u001b\\"/best.safetensors")')
    expect(lines.slice(-3).every((line) => line.startsWith('  '))).toBe(true)
    expect(lines.join('')).not.toContain('\u001b')
  })

  it('say how it goes on after a stop', () => {
    const [first, second] = closingLines({ ...result, reason: 'aborted', bestEpoch: null, history: [] })
    expect(first).toBe('Stopped. It goes on with: npm start -- --resume /runs/a')
    expect(second).toContain('No epoch was completed')
  })
})
