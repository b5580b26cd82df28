import { copyFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import type { FaceDataset } from '../lib/data/index.js'
import { FaceClassifier } from '../lib/face-classifier.js'
import * as publicNames from '../lib/index.js'
import { Predictor } from '../lib/inference/index.js'
import { freeze, readBundle } from '../lib/model/index.js'
import { native } from '../lib/native/index.js'
import { adam, type Run, Trainer } from '../lib/training/index.js'
import { type NamedTensor, writeSafetensors } from '../lib/weights/index.js'
import { fileFolder, temporaryFolder } from './files/temporary-folder.js'
import { drawnFaces, eventsOf, newOutput, smallParts, smallTrainer } from './training/small-training.js'

type Parts = { train: FaceDataset; val: FaceDataset }
const people = { classes: ['anna', 'ben'] }
let parts: Parts
let bundle: string

const shared = fileFolder()

beforeAll(async () => {
  parts = await smallParts(join(shared, 'faces'))
  bundle = (
    await smallTrainer(parts)
      .epochs(1)
      .start({ output: join(shared, 'run') }).finished
  ).best
})

/** The weights before the first step: an abort keeps them. */
async function startOf(classifier: FaceClassifier, data: Parts = parts) {
  const run = smallTrainer(data, classifier).start({ output: newOutput(), signal: AbortSignal.abort() })
  const events = await eventsOf(run)
  return { events, bundle: await readBundle((await run.finished).last) }
}

const bytesOf = (tensors: readonly NamedTensor[], name: string) =>
  Buffer.from(tensors.find((tensor) => tensor.name === name)?.data ?? [])

describe('wrong arguments', () => {
  it.each([
    [undefined],
    [{}],
    [{ classes: 'anna' }],
    [{ classes: ['anna'] }],
    [{ classes: ['anna', ''] }],
    [{ classes: ['anna', 'anna'] }],
    [{ classes: ['anna', 'ben'], colour: 1 }],
  ])('refuses the classes of %j', (options) => {
    expect(() => FaceClassifier.inceptionResnetV1(options as never)).toThrow(
      /classes|options|identities|name/,
    )
  })

  it('refuses heads and trainings that make no sense', () => {
    const classifier = FaceClassifier.inceptionResnetV1(people)
    expect(() => classifier.head({ dropout: 1 })).toThrow(RangeError)
    expect(() => classifier.head({ hidden: [0] })).toThrow(RangeError)
    expect(() => classifier.linearHead({ dropout: -1 })).toThrow(RangeError)
    expect(() => classifier.pretrained('')).toThrow(TypeError)
    expect(() => classifier.trainer(undefined as never)).toThrow(TypeError)
    const trainer = classifier.trainer(parts)
    expect(() => trainer.epochs(0)).toThrow(RangeError)
    expect(() => trainer.batchSize(1.5)).toThrow(TypeError)
    expect(() => trainer.seed(-1)).toThrow(RangeError)
    expect(() => trainer.device('tpu' as never)).toThrow(TypeError)
    expect(() => trainer.freeze()).toThrow(TypeError)
    expect(() => trainer.freeze(freeze.trunk(), freeze.nothing())).toThrow(/forEpochs/)
    expect(() => trainer.optimizer({} as never)).toThrow(TypeError)
  })

  it('refuses at start what the network cannot do', () => {
    const trainer = FaceClassifier.inceptionResnetV1(people).trainer(parts)
    const output = newOutput()
    expect(() => trainer.start(undefined as never)).toThrow(TypeError)
    expect(() => trainer.imageSize(74).start({ output })).toThrow(/at least 75 pixels/)
    expect(() => trainer.batchSize(1).start({ output })).toThrow(/batchSize/)
    expect(() => trainer.device('cuda').start({ output })).toThrow(
      expect.objectContaining({ code: 'DEVICE' }),
    )
    const staged = FaceClassifier.inceptionResnetV1(people).pretrained(bundle).trainer(parts)
    expect(() => staged.freeze(freeze.allButLast(9999)).start({ output })).toThrow(/243 layers/)
  })

  it('refuses data of other identities', async () => {
    const others = await drawnFaces(['anna', 'carl'], 2)
    expect(() => FaceClassifier.inceptionResnetV1(people).trainer({ train: others, val: others })).toThrow(
      /train.classes/,
    )
  })
})

describe('a builder', () => {
  it('is immutable: each method returns a new object', () => {
    const classifier = FaceClassifier.inceptionResnetV1(people)
    expect(classifier.head()).not.toBe(classifier)
    expect(Object.isFrozen(classifier)).toBe(true)
    const trainer = classifier.trainer(parts)
    const longer = trainer.epochs(3).optimizer(adam({ learningRate: 1 }))
    expect(longer.settings.epochs).toBe(3)
    expect(trainer.settings).toMatchObject({ epochs: 10, batchSize: 64, seed: 0, device: 'auto' })
    expect(trainer.settings.optimizer.learningRate).toBe(1e-3)
  })

  it('has no method named then, and is typed', () => {
    for (const value of Object.values(publicNames)) {
      if (typeof value === 'function' && value.prototype !== undefined)
        expect('then' in value.prototype).toBe(false)
    }
    expectTypeOf(FaceClassifier.inceptionResnetV1(people).architecture).toEqualTypeOf<'inceptionResnetV1'>()
    expectTypeOf(Trainer.prototype.start).returns.toEqualTypeOf<Run>()
    // @ts-expect-error An unknown option does not compile.
    expect(() => adam({ rate: 1 })).toThrow(TypeError)
    // @ts-expect-error An unknown activation does not compile.
    expect(() => FaceClassifier.inceptionResnetV1(people).head({ activation: 'gelu' })).toThrow(TypeError)
  })
})

describe('pretrained', () => {
  it('takes everything of a bundle with the same identities and head', async () => {
    const { events, bundle: started } = await startOf(
      FaceClassifier.inceptionResnetV1(people).pretrained(bundle),
    )
    const { tensors } = await readBundle(bundle)
    expect(events).toContainEqual(expect.objectContaining({ type: 'loaded', took: 'everything' }))
    for (const { name } of tensors) {
      expect(bytesOf(started.tensors, name).equals(bytesOf(tensors, name)), name).toBe(true)
    }
  })

  it.each([
    ['trunk', 'another head', { hidden: [8] }, ['anna', 'ben'], 'has another head'],
    ['belowLogits', 'other identities', null, ['carl', 'dora'], 'knows other identities'],
    ['belowLogits', 'more identities', null, ['anna', 'ben', 'carl'], 'knows 2 identities'],
  ] as const)('takes the %s for %s, and says so', async (took, _, head, names, reason) => {
    const faces = await drawnFaces(names, 2)
    const same = FaceClassifier.inceptionResnetV1({ classes: faces }).pretrained(bundle)
    const classifier = head === null ? same : same.head(head)
    const { events, bundle: started } = await startOf(classifier, { train: faces, val: faces })
    const { tensors } = await readBundle(bundle)
    const loaded = { type: 'loaded', took, message: expect.stringContaining(reason) }
    expect(events).toContainEqual(expect.objectContaining(loaded))
    const isSame = (name: string) => bytesOf(started.tensors, name).equals(bytesOf(tensors, name))
    expect(isSame('block8.conv2d.weight')).toBe(true)
    if (took === 'belowLogits') expect(isSame('last_linear.weight')).toBe(true)
    expect(isSame(took === 'trunk' ? 'head.0.weight' : 'logits.weight')).toBe(false)
  })

  it('takes tensors of a list, a plain file and a file with prefixes alike, with the normalisation asked for', async () => {
    const { tensors } = await readBundle(bundle)
    const plain = join(temporaryFolder(), 'plain.safetensors')
    await writeSafetensors(
      plain,
      tensors.map((tensor) => ({ ...tensor, name: `module.${tensor.name}` })),
      {},
    )
    const normalisation = { mean: [0.1, 0.2, 0.3], std: [1, 2, 3] }
    for (const from of [tensors, plain]) {
      const output = newOutput()
      const run = smallTrainer(parts, FaceClassifier.inceptionResnetV1(people).pretrained(from))
        .normalisation(normalisation)
        .start({ output, signal: AbortSignal.abort() })
      const { last } = await run.finished
      const started = await readBundle(last)
      expect(started.metadata.normalisation).toEqual(normalisation)
      expect(started.metadata.recipe).toMatchObject({
        took: 'everything',
        pretrained: from === plain ? 'plain.safetensors' : 'tensors',
      })
      expect(bytesOf(started.tensors, 'logits.weight')).toEqual(bytesOf(tensors, 'logits.weight'))
    }
  })

  it.each<[string, unknown, unknown, RegExp]>([
    ['an empty path', '', undefined, /a name, a path or an array of tensors for pretrained/],
    ['no source', undefined, undefined, /for pretrained but received undefined/],
    ['what are no tensors', [{ name: 'w' }], undefined, /for pretrained\[0\]\.dtype but received undefined/],
    [
      'weights of another network',
      'imagenet',
      undefined,
      /'vggface2', 'casia-webface' or a path for pretrained of inceptionResnetV1 but received "imagenet"/,
    ],
    ['an unknown option', 'a.pt', { strict: false }, /Unknown option strict in pretrained/],
    ['names that are none', 'a.pt', { missing: 'fc' }, /an array of names for pretrained\.missing/],
    ['an empty name', 'a.pt', { unexpected: [''] }, /non-empty string for pretrained\.unexpected\[0\]/],
  ])('refuses %s', (_, from, options, message) => {
    const classifier = FaceClassifier.inceptionResnetV1(people)
    expect(() => classifier.pretrained(from as string, options as object)).toThrow(message)
  })

  it('rejects the run where the file is missing or no bundle', async () => {
    const path = join(temporaryFolder(), 'missing.safetensors')
    const run = smallTrainer(parts, FaceClassifier.inceptionResnetV1(people).pretrained(path)).start({
      output: newOutput(),
    })
    await expect(run.finished).rejects.toMatchObject({ code: 'FILE', message: expect.stringContaining(path) })
    const slip = smallTrainer(parts, FaceClassifier.inceptionResnetV1(people).pretrained('vggface-2'))
    await expect(slip.start({ output: newOutput() }).finished).rejects.toThrow(
      'it does not exist. Check the path. Published weights of InceptionResnetV1 are "vggface2", "casia-webface".',
    )
  })
})

describe('from', () => {
  it('opens a bundle to train on', async () => {
    const classifier = await FaceClassifier.from(bundle)
    expect(classifier).toMatchObject({ architecture: 'inceptionResnetV1', classes: ['anna', 'ben'] })
    const { events } = await startOf(classifier)
    expect(events).toContainEqual(expect.objectContaining({ type: 'loaded', took: 'everything' }))
    await expect(FaceClassifier.from('nowhere.safetensors')).rejects.toMatchObject({ code: 'FILE' })
    const named = join(temporaryFolder(), 'imagenet')
    copyFileSync(bundle, named)
    const here = process.cwd()
    process.chdir(dirname(named)) // a file that is called as published weights are
    try {
      const { events: ofFile } = await startOf(await FaceClassifier.from('imagenet'))
      expect(ofFile).toContainEqual(expect.objectContaining({ took: 'everything', file: 'imagenet' }))
    } finally {
      process.chdir(here)
    }
  })
})

describe('stages of freezing', () => {
  const stages = [freeze.trunk().forEpochs(1), freeze.allButLast(15)] as const

  it('are gone through from pretrained weights: what is frozen stays as it is', async () => {
    const classifier = FaceClassifier.inceptionResnetV1(people)
      .pretrained(bundle)
      .head({ hidden: [8] })
    const run = smallTrainer(parts, classifier)
      .freeze(...stages)
      .start({ output: newOutput() })
    const seen = (await eventsOf(run)).filter((event) => event.type === 'stage')
    expect(seen).toMatchObject([
      { stage: 1, epoch: 1, name: 'trunk frozen' },
      { stage: 2, epoch: 2, name: 'last 15 layers of the trunk learn' },
    ])
    const { last, history } = await run.finished
    expect(history.map(({ stage }) => stage)).toEqual([1, 2])
    const [before, after] = [(await readBundle(bundle)).tensors, (await readBundle(last)).tensors]
    const same = (name: string) => bytesOf(before, name).equals(bytesOf(after, name))
    expect(same('repeat_3.4.branch1.0.conv.weight')).toBe(true)
    expect(same('repeat_3.4.branch0.bn.running_mean')).toBe(true)
    expect(same('repeat_3.4.branch1.0.bn.weight')).toBe(false)
    expect(same('block8.conv2d.weight')).toBe(false)
  })

  it('are left aside without pretrained weights, and one line says so', async () => {
    const run = smallTrainer(parts)
      .epochs(1)
      .freeze(...stages)
      .start({ output: newOutput() })
    const events = await eventsOf(run)
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'all_layers_learn' }))
    expect(events).toContainEqual(expect.objectContaining({ type: 'stage', name: 'all layers learn' }))
  })
})

describe('every network', () => {
  it.each(['inceptionResnetV1', 'mobilenetV2', 'resnet50'] as const)(
    '%s trains by the same builder, and its bundle measures what the run measured',
    async (name) => {
      const classifier: FaceClassifier = FaceClassifier[name]({ classes: parts.train }).linearHead({
        dropout: 0.3,
      })
      const run = smallTrainer(parts, classifier).epochs(1).start({ output: newOutput() })
      const { best, history } = await run.finished
      const { metadata } = await readBundle(best)
      expect(metadata).toMatchObject({ architecture: name, head: { kind: 'classifier', dropout: 0.3 } })
      const predictor = await Predictor.open(best)
      try {
        expect((await predictor.evaluate(parts.val)).top1).toBe(history[0]?.valTop1)
      } finally {
        await predictor.close()
      }
    },
  )

  it.each([
    ['mobilenetV2', 3_504_872],
    ['resnet50', 25_557_032],
  ] as const)('%s has the parameters of its reference with 1,000 classes', (architecture, count) => {
    const head = { kind: 'classifier', classes: 1000, dropout: 0 } as const
    const { tensors } = native().describeNetwork({ architecture, head })
    const sizes = tensors
      .filter(({ parameter }) => parameter)
      .map(({ shape }) => shape.reduce((a, b) => a * b, 1))
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(count)
  })
})
