import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type BundleMetadata,
  readBundle,
  readBundleMetadata,
  readState,
  saveBundle,
} from '../../lib/model/index.js'
import type { StateTensor } from '../../lib/native/index.js'
import { type NamedTensor, readWeights, writeSafetensors } from '../../lib/weights/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'

const metadata: Omit<BundleMetadata, 'format'> = {
  architecture: 'inceptionResnetV1',
  head: { kind: 'mlp', classes: 3, hidden: [8], activation: 'leaky_relu', dropout: 0.5 },
  classes: ['n0001', '</script>\u001b"\\', '\u4e2d\u{1f600}'],
  inputSize: 160,
  normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  metrics: { valTop1: 0.9, valLoss: null },
  recipe: { optimizer: { kind: 'adam', betas: [0.9, 0.999] }, seed: 42 },
  versions: { facecls: '0.1.0', torch: '2.13.0' },
}

const state: StateTensor[] = [
  {
    name: 'bn.weight',
    shape: [3],
    dtype: 'float32',
    data: new Uint8Array(new Float32Array([1, 2, 3]).buffer),
  },
  { name: 'bn.num_batches_tracked', shape: [], dtype: 'int64', data: Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0) },
  { name: 'wide', shape: [1, 2], dtype: 'float64', data: new Uint8Array(16) },
]

function newPath(): string {
  return join(temporaryFolder(), 'best.safetensors')
}

/** A file whose description of the model is whatever JSON. */
async function bundleOf(json: unknown): Promise<string> {
  const path = newPath()
  await writeSafetensors(path, state, { facecls: typeof json === 'string' ? json : JSON.stringify(json) })
  return path
}

/** What contradicts itself, as an argument and as a file. */
const wrong: [string, object, string][] = [
  [
    'architecture',
    { architecture: 'vgg16' },
    "Expected one of 'inceptionResnetV1', 'mobilenetV2', 'resnet50' for architecture but received \"vgg16\"",
  ],
  ['no head', { head: undefined }, 'Expected an object for head but received undefined'],
  [
    'head kind',
    { head: { ...metadata.head, kind: 'x' } },
    "Expected one of 'mlp', 'classifier', 'cosine', 'embedding' for head.kind",
  ],
  [
    'head scale',
    { head: { kind: 'cosine', classes: 3, dropout: 0, scale: 0, embedding: null } },
    'Expected a number between 1 and 1000 for head.scale but received 0',
  ],
  [
    'head embedding',
    { head: { kind: 'cosine', classes: 3, dropout: 0, scale: 30 } },
    'Expected an integer between 1 and 65536 for head.embedding but received undefined',
  ],
  [
    'head classes',
    { head: { ...metadata.head, classes: 1 } },
    'Expected an integer between 2 and 10000000 for head.classes',
  ],
  ['head hidden', { head: { ...metadata.head, hidden: [0] } }, 'for head.hidden[0] but received 0'],
  [
    'head activation',
    { head: { ...metadata.head, activation: 'x' } },
    'for head.activation but received "x"',
  ],
  ['head dropout', { head: { ...metadata.head, dropout: 1 } }, 'Expected a number below 1 for head.dropout'],
  ['classes', { classes: { 0: 'a' } }, 'Expected an array of names for classes'],
  [
    'too few classes',
    { classes: ['a', 'b'] },
    "Expected 3 names, the head's classes, for classes but received 2",
  ],
  [
    'a class twice',
    { classes: ['a', 'b', 'a'] },
    'Expected a name that no other class has for classes[2] but received "a"',
  ],
  ['an empty class', { classes: ['a', '', 'b'] }, 'Expected a non-empty string for classes[1]'],
  ['input size', { inputSize: 0 }, 'Expected an integer between 1 and 8192 for inputSize'],
  ['no normalisation', { normalisation: undefined }, 'Expected an object for normalisation'],
  [
    'normalisation',
    { normalisation: { mean: [0, 0, 0], std: [1, 1, 0] } },
    'for normalisation.std[2] but received 0',
  ],
  ['metrics', { metrics: { valTop1: '0.9' } }, 'Expected a number for metrics.valTop1 but received "0.9"'],
  ['recipe', { recipe: ['adam'] }, 'Expected an object for recipe but received an array of 1'],
  [
    'versions',
    { versions: { torch: 2.13 } },
    'Expected a non-empty string for versions.torch but received 2.13',
  ],
]

describe('what contradicts itself', () => {
  test.each(wrong)('is not saved: %s', async (_, change, message) => {
    const path = newPath()
    const saved = saveBundle(path, state, { ...metadata, ...change } as never)
    await expect(saved).rejects.toThrow(message)
    await expect(saved).rejects.not.toHaveProperty('code')
    expect(readdirSync(dirname(path))).toEqual([])
  })

  test.each(wrong)('is not loaded: %s', async (_, change, message) => {
    const path = await bundleOf({ format: 1, ...metadata, ...change })
    for (const read of [readBundle, readBundleMetadata, readState]) {
      const refused = expect(read(path)).rejects
      await refused.toMatchObject({ code: 'WEIGHTS', message: expect.stringContaining(message) })
      await expect(read(path)).rejects.toThrow(`Cannot load "${path}": what it says of its model is wrong: `)
    }
  })

  test.each([
    ['no JSON', '{"format":1', /is wrong: .*JSON/],
    ['no object', 'null', /has no known format/],
    ['no format', '{}', /has no known format/],
    ['a format of another type', '{"format":"1"}', /has no known format/],
    [
      'a later format',
      '{"format":2}',
      /it is a bundle of format 2, and this version reads format 1\. Upgrade @facecls\/torch\.$/,
    ],
    [
      'endless nesting',
      '['.repeat(70_000) + ']'.repeat(70_000),
      /is not at most 4194304 characters and 65536 brackets/,
    ],
    ['endless text', `"${'x'.repeat(2 ** 22)}"`, /is not at most 4194304 characters/],
    ['a name that a terminal would obey', '{"format":1,"head":{},"architecture":"\\u009b"}', /^[^\u009b]*$/],
  ])('is not loaded: %s', async (_, json, message) => {
    const path = await bundleOf(json)
    await expect(readBundleMetadata(path)).rejects.toMatchObject({ code: 'WEIGHTS' })
    await expect(readBundleMetadata(path)).rejects.toThrow(message)
  })
})

test('a recipe longer than a reader takes is not saved', async () => {
  const path = newPath()
  const recipe = { note: 'x'.repeat(2 ** 22) }
  await expect(saveBundle(path, state, { ...metadata, recipe })).rejects.toThrow(RangeError)
  expect(readdirSync(dirname(path))).toEqual([])
})

test('weights without a description are weights, and no bundle', async () => {
  const path = newPath()
  await writeSafetensors(path, state, {})
  expect(await readState(path)).toMatchObject({
    metadata: null,
    tensors: [{ name: 'bn.num_batches_tracked' }, {}, {}],
  })
  for (const read of [readBundle, readBundleMetadata]) {
    await expect(read(path)).rejects.toMatchObject({
      code: 'WEIGHTS',
      message:
        `Cannot load "${path}": it holds weights, but does not say of which network and classes. Choose a model that ` +
        '@facecls/torch saved, such as best.safetensors of a run.',
    })
  }
})

test('what was saved is read again', async () => {
  const path = newPath()
  await saveBundle(path, state, metadata)
  const { metadata: read, tensors } = await readBundle(path)
  expect(read).toEqual({ format: 1, ...metadata })
  expect(await readBundleMetadata(path)).toEqual(read)
  const byName = (a: NamedTensor, b: NamedTensor) => (a.name < b.name ? -1 : 1)
  expect([...tensors].sort(byName)).toEqual([...state].sort(byName))
  const plain = await readWeights(path)
  expect(plain.metadata.format).toBe('pt')
})

test("the network's own classifier, no recipe, and keys of later versions", async () => {
  const head = { kind: 'classifier', classes: 3, dropout: 0 } as const
  const path = await bundleOf({ format: 1, ...metadata, head, recipe: null, signature: 'later' })
  expect(await readBundleMetadata(path)).toEqual({ format: 1, ...metadata, head, recipe: null })
})

test.each([null, 512])('a head of cosines with an embedding of %j', async (embedding) => {
  const head = { kind: 'cosine', classes: 3, scale: 30, dropout: 0, embedding } as const
  const path = await bundleOf({ format: 1, ...metadata, head: { ...head, later: true } })
  expect(await readBundleMetadata(path)).toEqual({ format: 1, ...metadata, head })
})

test('an embedding head, which has no classes of its own', async () => {
  const head = { kind: 'embedding', dropout: 0.6 } as const
  const path = await bundleOf({ format: 1, ...metadata, head })
  expect(await readBundleMetadata(path)).toEqual({ format: 1, ...metadata, head })
})

test('7,000 class names fit', async () => {
  const path = newPath()
  const classes = Array.from({ length: 7000 }, (_, label) => `identity \u4e2d ${label} ${'x'.repeat(200)}`)
  await saveBundle(path, state, {
    ...metadata,
    head: { kind: 'classifier', classes: 7000, dropout: 0 },
    classes,
  })
  expect((await readBundleMetadata(path)).classes).toEqual(classes)
})
