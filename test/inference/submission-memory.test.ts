// However many photographs a submission has, no more than two batches of their pixels are held.

import { linkSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { Ensemble, Predictor } from '../../lib/inference/index.js'
import type { NativePixelPack } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { drawnFaces } from '../training/small-training.js'
import { saveRandomBundle } from './random-bundle.js'

const PHOTOGRAPHS = 200
/** Of a batch of a submission, twice: one is computed on while the next is decoded. */
const HELD = 2 * 32

afterEach(() => {
  vi.restoreAllMocks()
})

function isOpen(pack: NativePixelPack): boolean {
  try {
    return pack.read(0).length > 0
  } catch {
    return false
  }
}

/** The photographs of all packs that are open now, and the most there were whenever another was made. */
function heldPixels(): { now: () => number; most: () => number } {
  const packs: NativePixelPack[] = []
  const counts: number[] = [0]
  const now = () => packs.filter(isOpen).reduce((sum, { count }) => sum + count, 0)
  const create = native().createPack
  vi.spyOn(native(), 'createPack').mockImplementation((spec) => {
    const pack = create(spec)
    packs.push(pack)
    counts.push(now())
    return pack
  })
  return { now, most: () => Math.max(...counts) }
}

it('two batches of each image size, and none when it has ended', async () => {
  const root = temporaryFolder()
  const faces = await drawnFaces(['anna', 'ben'], 5, join(root, 'faces'))
  const folder = join(root, 'test')
  mkdirSync(folder)
  for (let place = 0; place < PHOTOGRAPHS; place++)
    linkSync(faces.at(place % faces.length).file, join(folder, `${place}.png`))
  const opened = await Promise.all(
    [32, 48].map(async (inputSize) => {
      const bundle = join(root, `${inputSize}.safetensors`)
      await saveRandomBundle(bundle, ['anna', 'ben'], undefined, { architecture: 'mobilenetV2', inputSize })
      return Predictor.open(bundle)
    }),
  )
  const held = heldPixels()
  const done: number[] = []
  const written = await Ensemble.of(opened).writeSubmission(folder, {
    output: join(root, 'submission.csv'),
    onProgress: (progress) => done.push(progress.done),
  })
  expect(written.predicted).toBe(PHOTOGRAPHS)
  expect(done).toHaveLength(1 + Math.ceil(PHOTOGRAPHS / 32))
  expect(held.most()).toBeGreaterThan(0)
  expect(held.most()).toBeLessThanOrEqual(opened.length * HELD)
  expect(held.now()).toBe(0)
  for (const one of opened) await one.close()
})
