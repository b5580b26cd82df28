// How an opened bundle answers.
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { Predictor } from '../../lib/inference/index.js'
import { native } from '../../lib/native/index.js'
import { fileFolder } from '../files/temporary-folder.js'
import { noise } from '../native/models.js'
import { saveRandomBundle } from './random-bundle.js'

const { bfloat16 } = native().computeInfo()
const bundle = join(fileFolder(), 'random.safetensors')
const photographs = Array.from({ length: 5 }, (_, i) => ({
  data: noise(i + 1, 24).subarray(-24 * 24 * 3),
  width: 24,
  height: 24,
}))

beforeAll(() => saveRandomBundle(bundle, ['ada', 'grace', 'joan']))

async function embeddingsOf(options: Parameters<typeof Predictor.open>[1]): Promise<number[][]> {
  const predictor = await Predictor.open(bundle, { device: 'cpu', ...options })
  try {
    return (await predictor.embed(photographs)).map((row) => [...row])
  } finally {
    await predictor.close()
  }
}

it('folds the network and says what it computes in', async () => {
  const predictor = await Predictor.open(bundle, { device: 'cpu', precision: 'float32', maxBatch: 4 })
  expect(predictor.engine).toEqual({ network: 'folded', precision: 'float32', reason: 'asked for' })
  await predictor.close()
})

it('takes bfloat16 by itself where the processor has it', async () => {
  const predictor = await Predictor.open(bundle, { device: 'cpu', warmUp: false })
  expect(predictor.engine.network).toBe('folded')
  expect(predictor.engine.reason).toContain('this processor')
  expect(predictor.engine.precision).toBe(bfloat16.cpu ? 'bfloat16' : 'float32')
  await predictor.close()
})

it('answers the same whether it was warmed up or not', async () => {
  const precision = 'float32'
  expect(await embeddingsOf({ precision, warmUp: false, maxBatch: 8 })).toEqual(
    await embeddingsOf({ precision, maxBatch: 8 }),
  )
})

it('refuses what it cannot compute in', async () => {
  await expect(Predictor.open(bundle, { precision: 'float64' as never })).rejects.toThrow(
    "Expected one of 'auto', 'float32', 'bfloat16' for precision",
  )
  await expect(Predictor.open(bundle, { warmUp: 1 as never })).rejects.toThrow('true or false for warmUp')
  if (bfloat16.cpu) return
  await expect(Predictor.open(bundle, { device: 'cpu', precision: 'bfloat16' })).rejects.toMatchObject({
    code: 'PRECISION',
  })
})
