import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { FaceDataset } from '../../lib/data/index.js'
import { FaceClassifier } from '../../lib/face-classifier.js'
import { readBundle } from '../../lib/model/index.js'
import { native } from '../../lib/native/index.js'
import { type NamedTensor, pretrainedWeights, writeSafetensors } from '../../lib/weights/index.js'
import { answer, serve, withoutProxy } from '../files/file-server.js'
import { fileFolder, temporaryFolder } from '../files/temporary-folder.js'
import { eventsOf, newOutput, smallParts, smallTrainer } from './small-training.js'

withoutProxy()

const folder = fileFolder()
const people = { classes: ['anna', 'ben'] }
const [vggface2] = pretrainedWeights
const centred = { mean: [0.5, 0.5, 0.5], std: [128 / 255, 128 / 255, 128 / 255] }
let parts: { train: FaceDataset; val: FaceDataset }
let published: string
let state: NamedTensor[]

/** Weights as they are published: the whole network with 8,631 logits; random, as nobody trained them. */
beforeAll(async () => {
  parts = await smallParts(join(folder, 'faces'))
  const head = { kind: 'classifier', classes: 8631, dropout: 0 } as const
  const network = { architecture: 'inceptionResnetV1', head } as const
  const spec = { network, normalisation: centred, precision: 'float32', device: 'cpu', seed: 4 } as const
  const model = await native().createModel(spec)
  state = await model.state()
  model.close()
  published = join(folder, vggface2?.fileName ?? '')
  await writeSafetensors(published, state, {})
})

beforeEach(() => {
  vi.stubEnv('FACECLS_CACHE', temporaryFolder())
  vi.stubEnv('FACECLS_WEIGHTS', '')
  vi.stubEnv('FACECLS_WEIGHTS_URL', '')
})

/** The weights before the first step: an abort keeps them. */
async function start(classifier: FaceClassifier) {
  const output = newOutput()
  const run = smallTrainer(parts, classifier).start({ output, signal: AbortSignal.abort() })
  return { run, output }
}

describe("weights that are published for the network's own classifier", () => {
  test.each([
    ['by name', 'vggface2', false],
    ['by the path of a file of that name', 'path', false],
    ['by name, under a head of dense layers', 'vggface2', true],
  ])('%s: the trunk is taken, with their normalisation', async (_, from, dense) => {
    vi.stubEnv('FACECLS_WEIGHTS', folder)
    const classifier = FaceClassifier.inceptionResnetV1(people).pretrained(
      from === 'path' ? published : 'vggface2',
    )
    const { run } = await start(dense ? classifier.head({ hidden: [8] }) : classifier)
    const events = await eventsOf(run)
    const took = dense ? 'trunk' : 'belowLogits'
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'loaded', took, missing: [], wrongShape: [] }),
    )
    expect(events).toContainEqual(
      expect.objectContaining({
        message: expect.stringContaining('since these weights know the 8631 classes of VGGFace2.'),
      }),
    )
    const { metadata, tensors } = await readBundle((await run.finished).last)
    expect(metadata.normalisation).toEqual(centred)
    expect(metadata.recipe).toMatchObject({
      took,
      pretrained: from === 'path' ? vggface2?.fileName : 'vggface2',
    })
    const bytesOf = (list: readonly NamedTensor[], name: string) =>
      list.find((one) => one.name === name)?.data
    for (const name of ['conv2d_1a.conv.weight', 'block8.branch1.2.bn.running_var']) {
      expect(Buffer.compare(bytesOf(tensors, name) as Uint8Array, bytesOf(state, name) as Uint8Array)).toBe(0)
    }
  })

  test('are fetched where they are not there, and the run tells how far it is', async () => {
    const content = readFileSync(published)
    const server = await serve((request, response) => answer(request, response, { content }))
    vi.stubEnv('FACECLS_WEIGHTS_URL', `http://127.0.0.1:${server.port}`)
    const output = newOutput()
    const run = smallTrainer(parts, FaceClassifier.inceptionResnetV1(people).pretrained('vggface2'))
      .epochs(1)
      .start({ output })
    const events = await eventsOf(run)
    const total = content.length
    expect(events).toContainEqual({ type: 'fetch', weights: 'vggface2', done: total, total })
    expect(events.map(({ type }) => type)).toContain('epoch')
    expect(JSON.parse(readFileSync(join(output, 'config.json'), 'utf8'))).toMatchObject({
      normalisation: centred,
      training: { pretrained: 'vggface2', took: 'belowLogits' },
    })
  })

  test('are not fetched after an abort, and no model is left that nobody trained', async () => {
    const server = await serve((request, response) => answer(request, response))
    vi.stubEnv('FACECLS_WEIGHTS_URL', `http://127.0.0.1:${server.port}`)
    const { run, output } = await start(FaceClassifier.inceptionResnetV1(people).pretrained('vggface2'))
    await expect(run.finished).rejects.toMatchObject({ code: 'ABORTED' })
    expect(readdirSync(output)).toEqual([])
  })

  test('of another network under the name of a file of this one are refused', async () => {
    const renamed = join(temporaryFolder(), 'resnet50-0676ba61.pth')
    renameSync(published, renamed)
    try {
      const { run } = await start(FaceClassifier.resnet50(people).pretrained(renamed))
      await expect(run.finished).rejects.toMatchObject({
        code: 'WEIGHTS',
        message: expect.stringMatching(/tensors do not fit: 265 missing \("conv1\.weight", /),
      })
    } finally {
      renameSync(renamed, published)
    }
  })
})
