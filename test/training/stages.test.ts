import { expect, it } from 'vitest'
import { freeze } from '../../lib/model/index.js'
import { planStages, stageOf } from '../../lib/training/stages.js'
import { golden, inceptionResnetV1 } from '../model/description.js'

const description = inceptionResnetV1(16, [1024, 512])
const report = [freeze.trunk().forEpochs(3), freeze.allButLast(15)]

it('plans the stages of the report, each with the layers whose parameters learn in the reference', () => {
  const { stages } = golden<{ stages: { trainable: string[] }[] }>('staged_inception_resnet_v1')
  const planned = planStages(report, 10, description)
  expect(planned).toMatchObject([
    { number: 1, firstEpoch: 1, name: 'trunk frozen', batchNormSeesBatch: false },
    { number: 2, firstEpoch: 4, name: 'last 15 layers of the trunk learn', batchNormSeesBatch: true },
  ])
  for (const [index, { trainable }] of planned.entries()) {
    const learning = new Set(trainable)
    const parameters = description.layers
      .filter(({ name }) => learning.has(name))
      .flatMap((layer) => layer.parameters)
    expect(parameters.sort()).toEqual([...(stages[index]?.trainable ?? [])].sort())
  }
})

it('leaves out stages that the training does not reach', () => {
  expect(planStages(report, 3, description)).toHaveLength(1)
  expect(planStages([freeze.trunk().forEpochs(2)], 3, description)).toMatchObject([
    { number: 1, firstEpoch: 1 },
    { number: 2, firstEpoch: 3, name: 'all layers learn', batchNormSeesBatch: true },
  ])
})

it('knows which stage an epoch belongs to', () => {
  const planned = planStages(report, 10, description)
  expect([1, 3, 4, 10].map((epoch) => stageOf(planned, epoch).number)).toEqual([1, 1, 2, 2])
})

it('says what frozen batch norms do, and whether any sees the batch', () => {
  const stored = freeze.where(({ operation }) => operation === 'batch_norm')
  const batch = freeze.trunk({ frozenBatchNorm: 'batch' })
  expect(planStages([stored.forEpochs(1), batch.forEpochs(1)], 3, description)).toMatchObject([
    { name: 'chosen layers frozen', frozenBatchNorm: 'stored', batchNormSeesBatch: false },
    { name: 'trunk frozen', frozenBatchNorm: 'batch', batchNormSeesBatch: true },
    { name: 'all layers learn', frozenBatchNorm: 'stored', batchNormSeesBatch: true },
  ])
})
