import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Augmentation, type FaceDataset, listPacks } from '../../lib/data/index.js'
import { FaceClassifier } from '../../lib/face-classifier.js'
import type { Trainer } from '../../lib/training/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { drawnFaces, eventsOf, newOutput, spoil } from './small-training.js'

const text = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')

/** MobileNetV2 at 32 pixels, two epochs of six updates. */
function trainerOf({ train, val }: { train: FaceDataset; val: FaceDataset }): Trainer {
  return FaceClassifier.mobilenetV2({ classes: train })
    .trainer({ train, val })
    .imageSize(32)
    .batchSize(4)
    .epochs(2)
    .augment(Augmentation.standard()) as Trainer
}

describe('the cache of a training', () => {
  it('is the disk unless told otherwise, and a wrong one is refused', async () => {
    const faces = await drawnFaces(['anna', 'ben'], 4)
    const trainer = trainerOf(faces.split({ train: 0.5, val: 0.5 }))
    expect(trainer.settings.cache).toEqual({ kind: 'disk', folder: null, limit: 40e9 })
    expect(trainer.cache('none').settings.cache.kind).toBe('none')
    expect(() => trainer.cache('tape' as never)).toThrow(TypeError)
    expect(() => trainer.cache('memory', { limit: 1 })).toThrow(TypeError)
    expect(trainer.settings.sampling).toBe('uniform')
    expect(() => trainer.sampling('fair' as never)).toThrow(/'uniform', 'balanced'/)
  })

  it.each(['uniform', 'balanced'] as const)('changes nothing of a %s training', async (sampling) => {
    const faces = await drawnFaces(['anna', 'ben', 'carl'], 8)
    const uneven = faces.filter(({ label }, index) => label !== 1 || index % 8 < 4)
    const parts = uneven.split({ train: 0.75, val: 0.25 })
    const folder = temporaryFolder()
    const trained = async (trainer: Trainer) => {
      const { output, last } = await trainer.sampling(sampling).accumulate(2).start({ output: newOutput() })
        .finished
      return { history: text(output, 'history.csv'), weights: readFileSync(last) }
    }
    const disk = await trained(trainerOf(parts).cache('disk', { folder }))
    const again = await trained(trainerOf(parts).cache('disk', { folder }))
    const memory = await trained(trainerOf(parts).cache('memory'))
    const none = await trained(trainerOf(parts).cache('none'))
    expect(await listPacks({ folder })).toHaveLength(1)
    for (const other of [again, memory, none]) {
      expect(other.history).toBe(disk.history)
      expect(other.weights.equals(disk.weights)).toBe(true)
    }
  })

  it('tells of damage that it mended', async () => {
    const folder = temporaryFolder()
    const parts = (await drawnFaces(['anna', 'ben'], 6)).split({ train: 0.5, val: 0.5 })
    const trainer = trainerOf(parts).epochs(1).cache('disk', { folder })
    await trainer.start({ output: newOutput() }).finished
    const [pack] = await listPacks({ folder })
    const { file } = pack as NonNullable<typeof pack>
    const bytes = readFileSync(file)
    bytes[bytes.length - 2000] = (bytes[bytes.length - 2000] as number) ^ 1
    writeFileSync(file, bytes)
    const events = await eventsOf(trainer.start({ output: newOutput() }))
    const warnings = events.filter(({ type }) => type === 'warning')
    expect(warnings).toMatchObject([{ code: 'cache_damaged' }])
  })

  it("'none' leaves out what cannot be read, and lists it after the epoch that met it", async () => {
    const faces = await drawnFaces(['anna', 'ben'], 60)
    const val = faces.take(4)
    const train = faces.filter((_, index) => index >= 4)
    spoil(train.at(30).file)
    const run = trainerOf({ train, val }).cache('none').batchSize(23).start({ output: newOutput() })
    const events = await eventsOf(run)
    const { output, history } = await run.finished
    const warnings = events.filter((event) => event.type === 'warning' && event.code === 'skipped')
    expect(warnings).toMatchObject([{ code: 'skipped', message: expect.stringContaining('1 of 120') }])
    expect(text(output, 'skipped.csv')).toContain(`\ntrain,${train.at(30).file},`)
    // 116 photographs in batches of 23: the last one of each epoch holds a single photograph, which may be the unreadable one.
    for (const { samples, dropped } of history) expect(samples + dropped).toBeGreaterThanOrEqual(115)
  })

  it("'none' ends the training where more than 1 % cannot be read", async () => {
    const faces = await drawnFaces(['anna', 'ben'], 10)
    const parts = faces.split({ train: 0.5, val: 0.5 })
    for (const index of [0, 3]) spoil(parts.train.at(index).file)
    const run = trainerOf(parts).cache('none').start({ output: newOutput() })
    await expect(run.finished).rejects.toMatchObject({ code: 'DATASET' })
  })
})
