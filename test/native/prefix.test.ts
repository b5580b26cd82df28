// The frozen part of a network: folded and fused it computes what the plain network computes.
import { describe, expect, it } from 'vitest'
import { freeze, resolveTrainable } from '../../lib/model/index.js'
import type { ArchitectureName, NativeModel, Precision, StageResult } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { goldenState } from '../parity/formula.js'
import { frozenPrefix, hasBfloat16, onCpu } from './device.js'
import {
  CLASSES,
  cyclingLabels,
  floatsOf,
  moved,
  NETWORKS,
  noiseBatch,
  sizeOf,
  specOf,
  trainer,
} from './networks.js'

// Without a batch norm over the four photographs of a batch, which would magnify the rounding of bfloat16.
const head = { kind: 'mlp', classes: CLASSES, hidden: [16], activation: 'relu', dropout: 0 } as const

/** A network whose batch norms have statistics and weights of their own: with new ones folding changes little. */
async function seasoned(architecture: ArchitectureName, precision: Precision): Promise<NativeModel> {
  const model = await native('training').createModel(specOf(architecture, { precision, head }))
  await model.load(goldenState(model.description, 11))
  return model
}

async function firstLoss(model: NativeModel, layers: string[], size: number): Promise<[number, StageResult]> {
  const training = await trainer(model)
  const groups = [{ layers, rateFactor: 1 }]
  const stage = await training.setStage({ groups, frozenBatchNorm: 'stored', imageSize: size, batchSize: 4 })
  const batches = [{ batch: noiseBatch(4, size), labels: cyclingLabels(4) }]
  const { loss } = await training.step({ batches, epoch: 0, step: 0, learningRate: 1e-3 })
  training.close()
  return [loss, stage]
}

const folding: [Precision, number][] = [['float32', 1e-4]]
// Plain layers round after each batch norm, too.
if (hasBfloat16('frozen layers')) folding.push(['bfloat16', onCpu ? 0.05 : 0.1])

describe.each(NETWORKS)('the frozen layers of %s', (architecture) => {
  const size = sizeOf[architecture]
  const policies = [
    ['the trunk', freeze.trunk()],
    ['all but the last 15', freeze.allButLast(15)],
    ['single layers on the way', freeze.where(({ index, count }) => index < count / 2 || index % 3 === 0)],
  ] as const

  it.each(policies)(
    'give in float32 and bfloat16 the loss of the plain network in float64: %s',
    async (_, policy) => {
      const wide = await seasoned(architecture, 'float64')
      const layers = resolveTrainable(policy, wide.description)
      const [reference, plain] = await firstLoss(wide, layers, size)
      expect(plain).toMatchObject({ prefix: 'plain', reason: 'oneDNN has no float64' })
      wide.close()
      for (const [precision, tolerance] of folding) {
        const model = await seasoned(architecture, precision)
        const [loss, stage] = await firstLoss(model, layers, size)
        expect(stage).toMatchObject(frozenPrefix)
        expect(Math.abs(loss / reference - 1), precision).toBeLessThan(tolerance)
        model.close()
      }
    },
  )

  it('are none where all layers learn, or where all batch norms use the batch', async () => {
    const model = await seasoned(architecture, 'float32')
    const layers = model.description.layers.map(({ name }) => name)
    const training = await trainer(model)
    const stage = { imageSize: size, batchSize: 4 }
    const all = { ...stage, groups: [{ layers, rateFactor: 1 }], frozenBatchNorm: 'stored' } as const
    expect((await training.setStage(all)).prefix).toBe('none')
    const head = {
      ...stage,
      groups: [{ layers: layers.slice(-1), rateFactor: 1 }],
      frozenBatchNorm: 'batch',
    } as const
    // The first convolution stands before the first batch norm.
    expect((await training.setStage(head)).prefix).toBe(frozenPrefix.prefix)
    training.close()
    model.close()
  })

  it('follow weights that are loaded in the middle of a stage', async () => {
    const model = await seasoned(architecture, 'float32')
    const other = (await native().createModel({ ...specOf(architecture, { head }), seed: 8 })) as NativeModel
    const layers = model.description.layers.map(({ name }) => name).slice(-1)
    const training = await trainer(model)
    const groups = [{ layers, rateFactor: 1 }]
    await training.setStage({ groups, frozenBatchNorm: 'stored', imageSize: size, batchSize: 4 })
    await model.load(await other.state())
    const batches = [{ batch: noiseBatch(4, size), labels: cyclingLabels(4) }]
    const { loss } = await training.step({ batches, epoch: 0, step: 0, learningRate: 0 })
    const [expected] = await firstLoss(other, layers, size)
    expect(loss).toBe(expected)
    for (const object of [training, model, other]) object.close()
  })
})

it('a batch that is not finite is refused, since a fused activation would hide it', async () => {
  const model = await seasoned('mobilenetV2', 'float32')
  const batch = {
    kind: 'tensor',
    data: new Float32Array(3 * 64 * 64).fill(Number.NaN),
    shape: [1, 3, 64, 64],
  } as const
  await expect(model.forward({ batch, outputs: ['logits'], flip: false })).rejects.toThrow(
    'Expected finite numbers',
  )
  model.close()
})

describe.runIf(onCpu)('a folded prefix that differs from the plain network', () => {
  it('is left for the plain one, and the stage says why', async () => {
    const model = await seasoned('mobilenetV2', 'float32')
    const state = await model.state()
    // What is no number equals nothing, not even itself.
    const spoilt = state.map((tensor) => {
      if (!tensor.name.endsWith('features.0.1.weight')) return tensor
      return {
        ...tensor,
        data: new Uint8Array(new Float32Array(floatsOf(tensor).length).fill(Number.NaN).buffer),
      }
    })
    await model.load(spoilt)
    const layers = model.description.layers.map(({ name }) => name).slice(-1)
    const training = await trainer(model)
    const groups = [{ layers, rateFactor: 1 }]
    const stage = await training.setStage({ groups, frozenBatchNorm: 'stored', imageSize: 64, batchSize: 4 })
    expect(stage.prefix).toBe('plain')
    expect(stage.reason).toBe('folded, its values are not finite')
    expect(moved(spoilt, await model.state())).toEqual([])
    training.close()
    model.close()
  })
})
