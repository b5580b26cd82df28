import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { FaceDataset } from '../../lib/data/index.js'
import { Predictor, type WriteSubmissionOptions } from '../../lib/inference/index.js'
import { drawn } from '../data/drawn.js'
import { fileFolder, temporaryFolder } from '../files/temporary-folder.js'
import { drawnFaces, smallParts, smallTrainer, spoil } from '../training/small-training.js'

let bundle: string
let faces: FaceDataset
let photograph: string

const shared = fileFolder()

beforeAll(async () => {
  const parts = await smallParts(join(shared, 'faces'))
  faces = parts.train
  photograph = faces.at(0).file
  bundle = (
    await smallTrainer(parts)
      .epochs(1)
      .start({ output: join(shared, 'run') }).finished
  ).best
})

/** Opens the bundle for one test. */
async function withPredictor(work: (predictor: Predictor) => Promise<void>): Promise<void> {
  const predictor = await Predictor.open(bundle)
  try {
    await work(predictor)
  } finally {
    await predictor.close()
  }
}

function brokenPhotograph(): string {
  const file = join(temporaryFolder(), 'broken.jpg')
  writeFileSync(file, 'no photograph')
  return file
}

describe('what cannot be opened', () => {
  it('is refused with its name', async () => {
    await expect(Predictor.open('')).rejects.toThrow(TypeError)
    await expect(Predictor.open(bundle, { device: 'tpu' as never })).rejects.toThrow(TypeError)
    await expect(Predictor.open(bundle, { flip: 1 as never })).rejects.toThrow('true or false for flip')
    await expect(Predictor.open('nowhere.safetensors')).rejects.toMatchObject({
      code: 'FILE',
      message: expect.stringContaining('nowhere.safetensors'),
    })
    await expect(Predictor.open(brokenPhotograph())).rejects.toMatchObject({ code: 'WEIGHTS' })
    await expect(Predictor.open(bundle, { device: 'cuda' })).rejects.toMatchObject({ code: 'DEVICE' })
    const signal = AbortSignal.abort()
    await expect(Predictor.open(bundle, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
  })
})

describe('classify', () => {
  it('refuses what is no photograph, and names the file', () =>
    withPredictor(async (predictor) => {
      await expect(predictor.classify(7 as never)).rejects.toThrow(TypeError)
      await expect(predictor.classify(photograph, { top: 0 })).rejects.toThrow(RangeError)
      await expect(predictor.classify(new URL('https://example.org/face.jpg'))).rejects.toThrow(/file URL/)
      await expect(predictor.classify('nowhere.jpg')).rejects.toMatchObject({ code: 'FILE' })
      await expect(predictor.classify([photograph, brokenPhotograph()])).rejects.toMatchObject({
        code: 'IMAGE',
        message: expect.stringContaining('broken.jpg'),
      })
      expect(await predictor.classify(photograph)).toHaveLength(2)
    }))

  it('gives identities by falling probability, the same for bytes, a path and a URL', () =>
    withPredictor(async (predictor) => {
      const named = await predictor.classify(photograph)
      expect(named.map(({ identity }) => identity).sort()).toEqual(['anna', 'ben'])
      const [first, second] = named.map(({ probability }) => probability) as [number, number]
      expect(first).toBeGreaterThanOrEqual(second)
      expect(first + second).toBeCloseTo(1, 5)
      expect(await predictor.classify(readFileSync(photograph))).toEqual(named)
      expect(await predictor.classify(pathToFileURL(photograph))).toEqual(named)
      expect(await predictor.classify(photograph, { top: 1 })).toEqual(named.slice(0, 1))
    }))

  it('takes a list, in its order, an empty one included', () =>
    withPredictor(async (predictor) => {
      const files = [faces.at(0).file, faces.at(7).file, faces.at(3).file]
      const together = await predictor.classify(files, { top: 1 })
      for (const [i, file] of files.entries()) {
        const [alone] = await predictor.classify(file, { top: 1 })
        expect(together[i]?.[0]?.identity).toBe(alone?.identity)
        expect(together[i]?.[0]?.probability).toBeCloseTo(alone?.probability ?? Number.NaN, 4)
      }
      expect(await predictor.classify([])).toEqual([])
    }))

  it('answers requests that arrive together', () =>
    withPredictor(async (predictor) => {
      const answers = await Promise.all(Array.from({ length: 6 }, () => predictor.classify(photograph)))
      for (const [first] of answers) {
        expect(first?.identity).toBe(answers[0]?.[0]?.identity)
        expect(first?.probability).toBeCloseTo(answers[0]?.[0]?.probability as number, 5) // batches may differ in size
      }
    }))
})

describe('with flip', () => {
  it('names by the mean of a photograph and its mirror image, in submissions too', async () => {
    const folder = join(temporaryFolder(), 'test')
    mkdirSync(folder)
    const file = join(folder, 'a.png')
    const mirrored = join(temporaryFolder(), 'b.png')
    const side = drawn(24, 24, (x, y) => (x < 9 && y > 5 ? [250, 240, 90] : [20, 60 + 5 * y, 40]))
    writeFileSync(file, await side.png().toBuffer())
    writeFileSync(mirrored, await side.flop().png().toBuffer())
    const of = async (predictor: Predictor, one: string) =>
      new Map((await predictor.classify(one)).map(({ identity, probability }) => [identity, probability]))
    const both = await Predictor.open(bundle, { flip: true })
    try {
      await withPredictor(async (predictor) => {
        expect([predictor.flip, both.flip]).toEqual([false, true])
        const [one, other] = [await of(predictor, file), await of(predictor, mirrored)]
        expect(one).not.toEqual(other)
        const mean = await of(both, file)
        for (const [identity, probability] of mean) {
          const expected = ((one.get(identity) as number) + (other.get(identity) as number)) / 2
          expect(probability).toBeCloseTo(expected, 5)
        }
        const output = join(folder, '..', 'submission.csv')
        await both.writeSubmission(folder, { output })
        const [[first]] = [...mean].sort(([, a], [, b]) => b - a) as [[string, number]]
        expect(readFileSync(output, 'utf8').trim().split('\n')[1]).toBe(`a.png,${first}`)
      })
    } finally {
      await both.close()
    }
  })
})

describe('evaluate', () => {
  it('refuses identities that the model does not know', () =>
    withPredictor(async (predictor) => {
      await expect(predictor.evaluate([] as never)).rejects.toThrow(TypeError)
      await expect(predictor.evaluate(await drawnFaces(['anna', 'carl'], 1))).rejects.toThrow(/"carl"/)
    }))

  it('agrees with classify and tells identities by name, not by number', () =>
    withPredictor(async (predictor) => {
      const other = await drawnFaces(['aaron', 'anna', 'ben'], 2) // 'anna' is label 1 here and 0 in the model
      const known = other.filter(({ label }) => label > 0)
      const files = known.samples.map(({ file }) => file)
      const named = await predictor.classify(files, { top: 1 })
      const right = known.samples.filter(({ label }, i) => named[i]?.[0]?.identity === known.classes[label])
      const measured = await predictor.evaluate(known)
      expect(measured).toMatchObject({ top1: right.length / known.length, top5: 1, count: 4, skipped: [] })
      expect(measured.loss).toBeGreaterThan(0)
    }))
})

describe('writeSubmission', () => {
  function testFolder(): { folder: string; output: string } {
    const folder = join(temporaryFolder(), 'test')
    mkdirSync(folder)
    for (const i of [0, 3, 7]) writeFileSync(join(folder, `${i}.png`), readFileSync(faces.at(i).file))
    return { folder, output: join(folder, '..', 'submission.csv') }
  }

  it('refuses wrong arguments, and writes nothing where no photograph can be read', () =>
    withPredictor(async (predictor) => {
      const { folder, output } = testFolder()
      await expect(predictor.writeSubmission(folder, undefined as never)).rejects.toThrow(TypeError)
      const unknown = { output, format: 'csv' } as WriteSubmissionOptions
      await expect(predictor.writeSubmission(folder, unknown)).rejects.toThrow(/format/)
      await expect(predictor.writeSubmission('nowhere', { output })).rejects.toMatchObject({
        code: 'DATASET',
      })
      writeFileSync(output, 'older')
      for (const id of [0, 3, 7]) spoil(join(folder, `${id}.png`))
      await expect(predictor.writeSubmission(folder, { output })).rejects.toMatchObject({ code: 'DATASET' })
      expect(readFileSync(output, 'utf8')).toBe('older')
    }))

  it('reports what is missing, superfluous and unreadable, and writes the rest', () =>
    withPredictor(async (predictor) => {
      const { folder, output } = testFolder()
      spoil(join(folder, '3.png'))
      const template = join(folder, '..', 'sample_submission.csv')
      writeFileSync(template, 'image,identity\n7,x\n3,y\n9,z\n')
      const written = await predictor.writeSubmission(folder, { output, template })
      expect(written).toMatchObject({
        ...{ output, rows: 3, predicted: 1 },
        missing: { count: 1, names: ['9'] },
        extra: { count: 1, names: [join(folder, '0.png')] },
        skipped: [{ file: join(folder, '3.png') }],
      })
      const [first] = await predictor.classify(join(folder, '7.png'))
      expect(readFileSync(output, 'utf8')).toBe(`image,identity\n7,${first?.identity}\n3,y\n9,z\n`)
      expect(await predictor.writeSubmission(folder, { output })).toMatchObject({ rows: 2, predicted: 2 })
      expect(readFileSync(output, 'utf8')).not.toContain('3.png')
    }))

  it('names several identities a row with their probabilities', () =>
    withPredictor(async (predictor) => {
      const { folder, output } = testFolder()
      await predictor.writeSubmission(folder, { output, top: 5, probabilityColumn: 'score' })
      const [header, row] = readFileSync(output, 'utf8').split('\n')
      expect(header).toBe('id,label,score')
      const named = await predictor.classify(join(folder, '0.png'))
      const [id, label, score] = (row as string).split(',') as [string, string, string]
      expect([id, label]).toEqual(['0.png', named.map(({ identity }) => identity).join(' ')])
      const scores = score.split(' ').map(Number)
      expect(scores).toHaveLength(2)
      for (const [place, { probability }] of named.entries())
        expect(scores[place]).toBeCloseTo(probability, 4) // batches may differ in size
    }))

  it("keeps a template's columns and order, and predicts what classify names", () =>
    withPredictor(async (predictor) => {
      const { folder, output } = testFolder()
      const template = join(folder, '..', 'sample_submission.csv')
      writeFileSync(template, 'image,identity\n7,x\n0,x\n3,x\n')
      const seen: number[] = []
      const onProgress = ({ done }: { done: number }) => seen.push(done)
      const written = await predictor.writeSubmission(folder, { output, template, onProgress })
      expect(written).toMatchObject({ rows: 3, predicted: 3, extra: { count: 0 }, skipped: [] })
      expect(seen).toEqual([0, 3])
      const files = [7, 0, 3].map((i) => join(folder, `${i}.png`))
      const named = await predictor.classify(files, { top: 1 })
      const rows = [7, 0, 3].map((id, i) => `${id},${named[i]?.[0]?.identity}`)
      expect(readFileSync(output, 'utf8').trim().split('\n')).toEqual(['image,identity', ...rows])
    }))
})

describe('after close()', () => {
  it('every method rejects with CLOSED; what ran is answered; closing twice is harmless', async () => {
    const predictor = await Predictor.open(bundle)
    const running = predictor.classify(photograph)
    const closing = predictor.close()
    expect(await running).toHaveLength(2)
    await closing
    await predictor.close()
    await predictor[Symbol.asyncDispose]()
    const closed = { code: 'CLOSED' }
    await expect(predictor.classify(photograph)).rejects.toMatchObject(closed)
    await expect(predictor.classify([photograph])).rejects.toMatchObject(closed)
    await expect(predictor.embed(photograph)).rejects.toMatchObject(closed)
    await expect(predictor.verify(photograph, photograph)).rejects.toMatchObject(closed)
    await expect(predictor.identify(photograph)).rejects.toMatchObject(closed)
    await expect(predictor.calibrate(faces)).rejects.toMatchObject(closed)
    await expect(predictor.evaluate(faces)).rejects.toMatchObject(closed)
    await expect(predictor.writeSubmission('test', { output: 'x.csv' })).rejects.toMatchObject(closed)
    expect(predictor.classes).toEqual(['anna', 'ben'])
    expect(predictor.stats()).toMatchObject({ accepted: 1, answered: 1, waiting: 0 })
  })
})

describe('an aborted signal', () => {
  it('ends each method with ABORTED and leaves the predictor open', () =>
    withPredictor(async (predictor) => {
      const signal = AbortSignal.abort()
      const aborted = { code: 'ABORTED' }
      await expect(predictor.classify(photograph, { signal })).rejects.toMatchObject(aborted)
      await expect(predictor.evaluate(faces, { signal })).rejects.toMatchObject(aborted)
      const options = { output: join(temporaryFolder(), 'x.csv'), signal }
      await expect(predictor.writeSubmission(join(photograph, '..'), options)).rejects.toMatchObject(aborted)
      expect(await predictor.classify(photograph)).toHaveLength(2)
    }))
})
