// Margins from the builder to the bundle.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { Augmentation, type FaceDataset } from '../../lib/data/index.js'
import { FaceClassifier } from '../../lib/face-classifier.js'
import { Predictor } from '../../lib/inference/index.js'
import { readBundle } from '../../lib/model/index.js'
import { arcFace, cosFace } from '../../lib/training/index.js'
import { fileFolder } from '../files/temporary-folder.js'
import { drawnFaces, eventsOf, newOutput, smallParts, smallTrainer } from './small-training.js'

let parts: { train: FaceDataset; val: FaceDataset }
let people: { classes: readonly string[] }

beforeAll(async () => {
  parts = await smallParts(join(fileFolder(), 'faces'))
  people = { classes: parts.train.classes }
})

describe('a margin without a cosine head', () => {
  it.each([
    ['arcFace', arcFace()],
    ['cosFace', cosFace()],
  ])('%s is refused by start(), with what is needed', (name, loss) => {
    const classifier = FaceClassifier.mobilenetV2(people)
    for (const one of [classifier, classifier.head({ hidden: [8] })]) {
      const trainer = smallTrainer(parts, one as FaceClassifier).loss(loss)
      expect(() => trainer.start({ output: newOutput() })).toThrow(TypeError)
      expect(() => trainer.start({ output: newOutput() })).toThrow(`Expected .cosineHead() for ${name}()`)
    }
  })
})

it('a cosine head with a margin trains to a bundle that measures what the run measured', async () => {
  const classifier = FaceClassifier.mobilenetV2(people).cosineHead({ scale: 16, dropout: 0, embedding: 32 })
  const loss = cosFace({ margin: 0.2, labelSmoothing: 0.1, classWeights: 'balanced' })
  const run = smallTrainer(parts, classifier as FaceClassifier)
    .imageSize(32)
    .augment(Augmentation.none().mixup())
    .loss(loss)
    .start({ output: newOutput() })
  const { best, bestEpoch, history, output } = await run.finished
  const { training } = JSON.parse(readFileSync(join(output, 'config.json'), 'utf8'))
  expect(training.loss).toEqual({ ...loss })
  const { metadata } = await readBundle(best)
  expect(metadata.head).toEqual({ kind: 'cosine', classes: 2, scale: 16, dropout: 0, embedding: 32 })
  const predictor = await Predictor.open(best)
  try {
    const measured = await predictor.evaluate(parts.val)
    expect(measured.top1).toBe(history[(bestEpoch as number) - 1]?.valTop1)
    const candidates = await predictor.classify(parts.val.at(0).file)
    expect(candidates.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5)
  } finally {
    await predictor.close()
  }
})

describe('weights', () => {
  it('go from a classifier to its embedding under cosines, and on to other identities', async () => {
    const plain = await smallTrainer(parts).epochs(1).start({ output: newOutput() }).finished
    const first = FaceClassifier.inceptionResnetV1(people).pretrained(plain.best).cosineHead()
    const run = smallTrainer(parts, first).epochs(1).loss(arcFace()).start({ output: newOutput() })
    const loaded = (await eventsOf(run)).find(({ type }) => type === 'loaded')
    expect(loaded).toMatchObject({ took: 'belowLogits', message: expect.stringContaining('another head') })
    const { best } = await run.finished

    const again = await FaceClassifier.from(best)
    expect(again.summary().layers.at(-1)).toMatchObject({ name: 'logits', operation: 'cosine_linear' })
    const others = await drawnFaces(['dora', 'emil', 'fred'], 2)
    const moved = FaceClassifier.inceptionResnetV1({ classes: others })
      .pretrained(best)
      .cosineHead({ scale: 64 })
    const onward = smallTrainer({ train: others, val: others }, moved)
      .epochs(1)
      .loss(arcFace())
      .start({ output: newOutput() })
    expect((await eventsOf(onward)).find(({ type }) => type === 'loaded')).toMatchObject({
      took: 'belowLogits',
      message: expect.stringContaining('The trunk and the embedding'),
    })
    await onward.finished
  })
})
