// A predictor beside a training: what it asks goes before steps that wait, and after at most the one that runs.

import { expect, it } from 'vitest'
import { native } from '../../lib/native/index.js'
import { modelSpec, pixelBatch, stageSpec, stepSpec, trainerOf } from '../native/models.js'

/** Photographs of a step: it takes far longer than to hand over all of them. */
const BATCH = 8
const STEPS = 2

it('is answered before a second step ends, however many wait', async () => {
  const served = await native().createModel(modelSpec)
  const { model, trainer, layers } = await trainerOf()
  await trainer.setStage(stageSpec(layers))
  const order: string[] = []
  const tell = (what: string) => () => {
    order.push(what)
  }
  const steps = Array.from({ length: STEPS }, (_, step) =>
    trainer.step(stepSpec(step, BATCH)).then(tell('step')),
  )
  const spec = { batch: pixelBatch(1), outputs: ['probabilities'], flip: false }
  const answer = served.forward(spec).then(tell('answer'))
  await Promise.all([...steps, answer])
  // The first step may run already; those behind it were asked for before the answer and wait for it.
  expect(order.indexOf('answer')).toBeLessThanOrEqual(1)
  expect(order).toHaveLength(STEPS + 1)
  trainer.close()
  for (const one of [model, served]) one.close()
})
