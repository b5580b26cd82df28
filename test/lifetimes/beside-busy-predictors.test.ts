// Predictors that are never idle leave room for what else the compute thread has to do.

import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FaceDataset } from '../../lib/data/index.js'
import { Predictor } from '../../lib/inference/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { makePlace } from './place.js'

const PIXELS = { data: new Uint8Array(64 * 64 * 3).fill(90), width: 64, height: 64 }

it('another predictor opens, measures and closes beside predictors that are never idle', async () => {
  const folder = temporaryFolder()
  await makePlace(folder)
  const bundle = join(folder, 'bundle.safetensors')
  const faces = await FaceDataset.fromFolder(join(folder, 'photographs'))
  const busy = await Promise.all([1, 2, 3].map(() => Predictor.open(bundle)))
  let goesOn = true
  const asks = busy.flatMap((predictor) =>
    [1, 2].map(async () => {
      while (goesOn) await predictor.classify(PIXELS)
    }),
  )
  const other = await Predictor.open(bundle)
  expect((await other.evaluate(faces)).count).toBe(faces.length)
  await other.close()
  goesOn = false
  await Promise.all(asks)
  await Promise.all(busy.map((predictor) => predictor.close()))
})
