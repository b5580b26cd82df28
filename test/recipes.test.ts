// The report's table once more, by hand: a value that changes in lib/recipes.ts alone fails here.
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { FaceDataset } from '../lib/data/index.js'
import { recipes } from '../lib/index.js'
import { readBundle } from '../lib/model/index.js'
import { native } from '../lib/native/index.js'
import type { Trainer } from '../lib/training/index.js'
import { withoutProxy } from './files/file-server.js'
import { fileFolder, temporaryFolder } from './files/temporary-folder.js'
import { drawnFaces, eventsOf, newOutput } from './training/small-training.js'

withoutProxy()

const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

const TABLE = {
  resnet50: {
    publishedFile: 'resnet50-0676ba61.pth', // ImageNet
    imageSize: 224,
    parametersWithoutHead: 25_557_032 - 2048 * 1000 - 1000,
    headParameters: (classes: number) => 2048 * classes + classes,
    head: { kind: 'classifier', dropout: 0.5 },
    learning: ['all layers'],
    optimizer: { learningRate: 1e-3, spec: { ...ADAM, weightDecay: 1e-5 } },
    labelSmoothing: 0.1,
    schedule: { kind: 'constant' },
    epochs: 17,
  },
  mobilenetV2: {
    publishedFile: 'mobilenet_v2-b0353104.pth', // ImageNet
    imageSize: 224,
    parametersWithoutHead: 3_504_872 - 1280 * 1000 - 1000,
    headParameters: (classes: number) => 1280 * classes + classes,
    head: { kind: 'classifier', dropout: 0.5 },
    learning: [10],
    optimizer: { learningRate: 5e-5, spec: { ...ADAM, kind: 'adamw', weightDecay: 1e-2 } },
    labelSmoothing: 0,
    schedule: {
      kind: 'reduceLROnPlateau',
      settings: { monitor: 'valLoss', mode: 'min', patience: 2, factor: 0.1, minLearningRate: 0 },
    },
    epochs: 25,
  },
  inceptionResnetV1: {
    publishedFile: '20180402-114759-vggface2.pt', // VGGFace2
    imageSize: 160,
    parametersWithoutHead: 23_482_624 - 1792 * 512 - 2 * 512, // its embedding is no part of the trunk
    headParameters: (classes: number) => 1792 * 1024 + 1024 + 1024 * 512 + 512 + 512 * classes + classes,
    head: { kind: 'mlp', hidden: [1024, 512], activation: 'leaky_relu', dropout: 0.5 },
    learning: ['head for 3', 15],
    optimizer: { learningRate: 1e-3, spec: { ...ADAM, weightDecay: 1e-4 } },
    labelSmoothing: 0.1,
    schedule: {
      kind: 'reduceLROnPlateau',
      settings: { monitor: 'valLoss', mode: 'min', patience: 2, factor: 0.5, minLearningRate: 1e-6 },
    },
    epochs: 10,
  },
} as const

const NAMES = Object.keys(TABLE) as (keyof typeof TABLE)[]

let faces: FaceDataset
const shared = fileFolder()
beforeAll(async () => {
  native('training') // before a test moves the cache, where LibTorch may be
  faces = await drawnFaces(['anna', 'ben', 'carl'], 5, join(shared, 'faces'))
})

/** What learns in each stage, in the words of the table above. */
function learning({ settings }: Trainer): (string | number | null)[] {
  return settings.freeze.map((stage) => {
    if ('policy' in stage)
      return stage.policy.kind === 'trunk' ? `head for ${stage.epochs}` : stage.policy.kind
    expect(stage.frozenBatchNorm).toBe('stored')
    return stage.kind === 'nothing' ? 'all layers' : stage.layers
  })
}

describe('wrong arguments', () => {
  it.each(NAMES)('%s', (name) => {
    const recipe = recipes[name]
    const { train, val } = faces.split({ train: 0.8, val: 0.2 })
    expect(() => recipe(undefined as never)).toThrow(/a FaceDataset or \{ train, val \} for faces/)
    expect(() => recipe('faces/train' as never)).toThrow(TypeError)
    expect(() => recipe({ train } as never)).toThrow(/for val /)
    expect(() => recipe({ val } as never)).toThrow(/for faces.train /)
    expect(() => recipe({ train, val, test: val } as never)).toThrow(/Unknown option test/)
    expect(() => recipe(faces, { seed: -1 })).toThrow(RangeError)
    expect(() => recipe(faces, { seed: 2 ** 32 })).toThrow(RangeError)
    expect(() => recipe(faces, { seed: '1' as never })).toThrow(TypeError)
    for (const validation of [0, 1, -0.2, 1.5])
      expect(() => recipe(faces, { validation })).toThrow(RangeError)
    expect(() => recipe({ train, val }, { validation: 0.2 })).toThrow(/split before for validation/)
    expect(() => recipe(faces, { weights: '' })).toThrow(TypeError)
    expect(() => recipe(faces, { epochs: 3 } as never)).toThrow(/Unknown option epochs/)
  })

  it('weights of another network', () => {
    expect(() => recipes.resnet50(faces, { weights: 'vggface2' })).toThrow(RangeError)
  })
})

describe.each(NAMES)('%s', (name) => {
  const row = TABLE[name]
  const ofTable = (options?: object): Trainer => recipes[name](faces, options)

  it('has the values of the table', () => {
    const trainer = ofTable()
    const { settings } = trainer
    expect(settings.imageSize).toBe(row.imageSize)
    expect(settings.normalisation).toEqual({ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] })
    expect(settings.augmentation.spec).toEqual({
      flip: 0.5,
      rotation: { degrees: 10, interpolation: 'bilinear' },
      brightness: 0.2,
      contrast: 0.2,
      saturation: 0,
      crop: { scale: [0.08, 1], ratio: [3 / 4, 4 / 3] },
      erasing: null,
      mixup: null,
      cutmix: null,
    })
    expect(settings.optimizer).toMatchObject(row.optimizer)
    expect(settings.loss).toMatchObject({ labelSmoothing: row.labelSmoothing, classWeights: null })
    expect(settings.schedule).toMatchObject(row.schedule)
    expect(learning(trainer)).toEqual(row.learning)
    expect(settings).toMatchObject({ batchSize: 64, epochs: row.epochs, seed: 0, accumulate: 1 })
    expect(settings).toMatchObject({ sampling: 'uniform', clipNorm: null, stopEarly: null, layerRates: {} })
  })

  it('has its parameters', () => {
    expect(ofTable().summary().parameters).toBe(row.parametersWithoutHead + row.headParameters(3))
  })

  it('splits at random by its seed, or takes what was split', () => {
    for (const seed of [0, 42]) {
      const { train, val } = faces.split({ train: 0.8, val: 0.2 }, { seed, method: 'random' })
      const { data, settings } = ofTable({ seed })
      expect([data.train.samples, data.val.samples]).toEqual([train.samples, val.samples])
      expect(settings.seed).toBe(seed)
    }
    expect(ofTable({ validation: 1 / 3 }).data.val.length).toBe(5)
    const parts = faces.split({ train: 0.6, val: 0.4 })
    expect(recipes[name](parts).data).toEqual(parts)
  })

  it('starts from the published weights that the report names, from others, or from none, with its head', async () => {
    vi.stubEnv('FACECLS_CACHE', temporaryFolder())
    vi.stubEnv('FACECLS_WEIGHTS', '')
    vi.stubEnv('FACECLS_WEIGHTS_URL', 'http://127.0.0.1:9') // the discard port: nothing listens
    await expect(ofTable().start({ output: newOutput() }).finished).rejects.toThrow(row.publishedFile)
    const missing = ofTable({ weights: 'mine/none.safetensors' }).start({ output: newOutput() })
    await expect(missing.finished).rejects.toThrow('none.safetensors')
    const run = ofTable({ weights: null })
      .imageSize(80)
      .epochs(4)
      .start({ output: newOutput(), signal: AbortSignal.abort() })
    const { metadata } = await readBundle((await run.finished).last)
    expect(metadata.head).toEqual({ ...row.head, classes: 3 })
    expect(metadata.normalisation).toEqual({ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] })
    const warnings = (await eventsOf(run)).filter(({ type }) => type === 'warning')
    const leftAside = expect.objectContaining({ code: 'all_layers_learn' })
    expect(warnings).toEqual(name === 'resnet50' ? [] : [leftAside])
  })
})

it('goes on as any trainer', () => {
  const trainer = recipes.inceptionResnetV1(faces, { seed: 7 })
  const own = trainer.epochs(2).imageSize(96).device('cpu')
  expect(own.settings).toMatchObject({ epochs: 2, imageSize: 96, device: 'cpu', seed: 7 })
  expect(trainer.settings.epochs).toBe(10)
  expect(own.data).toBe(trainer.data)
  expect(Object.isFrozen(recipes)).toBe(true)
})

describe('best', () => {
  it('is what a measurement on faces earned', () => {
    const trainer = recipes.best(faces, { seed: 42 })
    const { settings } = trainer
    expect(settings.augmentation.spec).toMatchObject({
      flip: 0.5,
      crop: { scale: [0.6, 1] },
      erasing: null,
      mixup: null,
      cutmix: { alpha: 1, probability: 0.5 },
    })
    expect(settings.optimizer).toMatchObject({
      learningRate: 1e-3,
      spec: { kind: 'adam', weightDecay: 1e-4 },
    })
    expect(settings.schedule.settings).toMatchObject({
      parts: [{ schedule: { kind: 'linearWarmUp', epochs: 1 } }, { schedule: { kind: 'cosine' } }],
    })
    expect(learning(trainer as unknown as Trainer)).toEqual(['head for 3', 'all layers'])
    expect(settings).toMatchObject({ imageSize: 160, epochs: 10, batchSize: 64, seed: 42 })
    expect(trainer.data.train.labels()).toEqual(
      recipes.inceptionResnetV1(faces, { seed: 42 }).data.train.labels(),
    )
  })

  it('trains from random weights as any recipe', async () => {
    const trainer = recipes.best(faces, { weights: null }).imageSize(80).epochs(2).batchSize(4)
    const { reason, history } = await trainer.start({ output: newOutput() }).finished
    expect([reason, history.length]).toEqual(['completed', 2])
  })
})
