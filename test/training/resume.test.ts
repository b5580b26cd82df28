import { mkdtempSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaceDataset } from '../../lib/data/index.js'
import { FaceClassifier } from '../../lib/face-classifier.js'
import { freeze } from '../../lib/model/index.js'
import {
  adam,
  adamW,
  constant,
  cosine,
  linearWarmUp,
  type RunEvent,
  reduceLROnPlateau,
  type Schedule,
  sequence,
  sgd,
  stepDecay,
  Trainer,
} from '../../lib/training/index.js'
import { checkpointsOf, smallMobileNet, stopAt, stoppedAfter, tracesOf } from './resumption.js'
import { drawnFaces, eventsOf, newOutput } from './small-training.js'

let parts: { train: FaceDataset; val: FaceDataset }
let trunk: string

/** Three updates an epoch. */
const small = (classifier?: FaceClassifier<'mobilenetV2'>): Trainer => smallMobileNet(parts, classifier)

/** For what lives as long as the tests of this file. */
const shared = mkdtempSync(join(tmpdir(), 'facecls-resume-'))
afterAll(() => rmSync(shared, { recursive: true }))

beforeAll(async () => {
  const faces = await drawnFaces(['anna', 'ben', 'cara'], 6, join(shared, 'faces'))
  parts = faces.split({ train: 2 / 3, val: 1 / 3 })
  const run = small()
    .epochs(1)
    .start({ output: join(shared, 'trunk') })
  trunk = (await run.finished).best
})

const trainers: [string, () => Trainer][] = [
  [
    'Adam on a plateau',
    () =>
      small()
        .epochs(3)
        .schedule(reduceLROnPlateau({ patience: 0, threshold: 1 })),
  ],
  [
    'SGD with momentum, warm-up and cosine',
    () =>
      small()
        .epochs(3)
        .optimizer(sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }))
        .schedule(sequence(linearWarmUp({ epochs: 2 }), cosine())),
  ],
  ['averaged weights', () => small().epochs(3).averageWeights(0.9)],
  [
    'balanced sampling, accumulated batches, clipped gradients',
    () => small().epochs(3).sampling('balanced').accumulate(2).clipGradients(1).cache('none'),
  ],
  [
    'stages of freezing with rates by group',
    () =>
      small(FaceClassifier.mobilenetV2({ classes: parts.train }).pretrained(trunk))
        .epochs(3)
        .optimizer(adamW())
        .layerRates({ trunk: 0.1 })
        .averageWeights(0.5)
        .freeze(freeze.trunk().forEpochs(1), freeze.allButLast(10).forEpochs(1), freeze.nothing()),
  ],
]

describe('a resumed run', () => {
  it('refuses what it cannot be', async () => {
    await expect(Trainer.resume(7 as never)).rejects.toThrow(/Expected a non-empty string for folder/)
    await expect(Trainer.resume('x', { epochs: 3 } as never)).rejects.toThrow(/Unknown option epochs/)
    await expect(Trainer.resume(newOutput())).rejects.toMatchObject({
      code: 'FILE',
      message: /holds no checkpoint/,
    })
    expect(() => small().checkpoints(undefined as never)).toThrow(TypeError)
    expect(() => small().checkpoints({ everySteps: 0 })).toThrow(RangeError)
    expect(() => small().checkpoints({ minSeconds: -1 })).toThrow(RangeError)
    expect(() => small().checkpoints({ keep: 0 })).toThrow(RangeError)
    for (const decay of [-0.1, 1]) expect(() => small().averageWeights(decay)).toThrow(RangeError)
  })

  describe.each(trainers)('%s', (_, trainer) => {
    let whole: ReturnType<typeof tracesOf>

    beforeAll(async () => {
      whole = tracesOf(await trainer().start({ output: mkdtempSync(join(shared, 'whole-')) }).finished)
    })

    it.each([1, 3, 5])('stopped after step %i ends as if it had not been, bit for bit', async (steps) => {
      const stopped = await stoppedAfter(trainer(), steps)
      expect(stopped.reason).toBe('aborted')
      const run = await Trainer.resume(stopped.output)
      const result = await run.finished
      expect(result.reason).toBe('completed')
      expect(tracesOf(result)).toEqual(whole)
    })
  })

  it('may be stopped again and again', async () => {
    const trainer = small().epochs(2).averageWeights(0.9)
    const whole = tracesOf(await trainer.start({ output: newOutput() }).finished)
    let result = await stoppedAfter(trainer, 1)
    for (let step = 2; result.reason === 'aborted'; step++) {
      const controller = new AbortController()
      const { signal } = controller
      result = await stopAt(await Trainer.resume(result.output, { signal }), controller, step)
    }
    expect(tracesOf(result)).toEqual(whole)
  })

  it('goes on with what early stopping has seen, and an ended one is ended', async () => {
    const trainer = small().epochs(9).stopEarly({ patience: 1, threshold: 1e9 })
    const whole = tracesOf(await trainer.start({ output: newOutput() }).finished)
    const { output } = await stoppedAfter(trainer, 7)
    const result = await (await Trainer.resume(output)).finished
    expect(result.reason).toBe('stopped_early')
    expect(tracesOf(result)).toEqual(whole)
    const again = await (await Trainer.resume(output)).finished
    expect(again.reason).toBe('stopped_early')
    expect(tracesOf(again)).toEqual(whole)
  })

  it('that was stopped before its first step begins', async () => {
    const trainer = small().epochs(1)
    const whole = tracesOf(await trainer.start({ output: newOutput() }).finished)
    const output = newOutput()
    const { reason } = await trainer.start({ output, signal: AbortSignal.abort() }).finished
    expect(reason).toBe('aborted')
    expect(tracesOf(await (await Trainer.resume(output)).finished)).toEqual(whole)
  })

  it('tells the last of its events how it ended', async () => {
    const { output } = await stoppedAfter(small().epochs(1), 1)
    const run = await Trainer.resume(output)
    const events = await eventsOf(run)
    const { reason, best, last, bestEpoch } = await run.finished
    expect(events.at(-1)).toEqual({ type: 'done', reason, best, last, bestEpoch, epochs: 1 })
  })
})

describe('checkpoints', () => {
  const every = () => small().epochs(1).checkpoints({ everySteps: 1, keep: 2 })

  it('keep the latest of them, each announced', async () => {
    const output = newOutput()
    const events = await eventsOf(every().start({ output }))
    const announced = events.flatMap((event) =>
      event.type === 'checkpoint' && event.kind === 'resume' ? [event.file] : [],
    )
    const name = (step: number): string => `step-${String(step).padStart(8, '0')}.safetensors`
    expect(announced).toEqual([1, 2, 3, 3].map((step) => join(output, 'checkpoints', name(step))))
    expect(checkpointsOf(output)).toEqual([name(2), name(3)])
  })

  it.each<[string, (file: string) => void]>([
    ['cut short', (file) => truncateSync(file, 5000)],
    ['emptied', (file) => truncateSync(file, 0)],
    [
      'flipped in one bit',
      (file) => {
        const bytes = readFileSync(file)
        bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1
        writeFileSync(file, bytes)
      },
    ],
    ['of another kind', (file) => writeFileSync(file, 'no checkpoint at all')],
  ])('that are damaged, %s, are named, and the one before is taken', async (_, damage) => {
    const { output } = await stoppedAfter(every(), 2)
    const [, newest] = checkpointsOf(output) as [string, string]
    damage(join(output, 'checkpoints', newest))
    const run = await Trainer.resume(output)
    const events: RunEvent[] = await eventsOf(run)
    expect(events[0]).toMatchObject({ type: 'warning', code: 'checkpoint_damaged' })
    expect((events[0] as { message: string }).message).toContain(newest)
    const whole = tracesOf(await every().start({ output: newOutput() }).finished)
    expect(tracesOf(await run.finished)).toEqual(whole)
  })

  it('that are all damaged are refused', async () => {
    const { output } = await stoppedAfter(every(), 2)
    for (const name of checkpointsOf(output)) truncateSync(join(output, 'checkpoints', name), 99)
    await expect(Trainer.resume(output)).rejects.toMatchObject({
      code: 'WEIGHTS',
      message: /every checkpoint/,
    })
  })

  it('belong to their photographs', async () => {
    const own = (await drawnFaces(['anna', 'ben'], 6)).split({ train: 2 / 3, val: 1 / 3 })
    const trainer = FaceClassifier.mobilenetV2({ classes: own.train }).trainer(own).imageSize(32).batchSize(4)
    const { output } = await stoppedAfter(trainer as unknown as Trainer, 1)
    const { file } = own.train.at(0)
    const bytes = readFileSync(file)
    writeFileSync(file, readFileSync(own.train.at(1).file))
    await expect((await Trainer.resume(output)).finished).rejects.toThrow(/have changed since the run began/)
    writeFileSync(file, bytes)
    await expect((await Trainer.resume(output)).finished).resolves.toMatchObject({ reason: 'completed' })
    unlinkSync(file)
    await expect(Trainer.resume(output)).rejects.toMatchObject({ code: 'DATASET' })
    writeFileSync(join(output, 'photographs.csv'), 'file,identity,train,val\n')
    await expect(Trainer.resume(output)).rejects.toThrow(/not as the run wrote it/)
  })

  it('hold every schedule of this package, and ask for one that is not', async () => {
    const mine: Schedule = {
      ...constant(),
      next: (state) => ({ epoch: state.epoch + 1, learningRate: 1e-4 }),
    }
    const { output } = await stoppedAfter(small().epochs(2).schedule(mine), 1)
    await expect(Trainer.resume(output)).rejects.toThrow(/Expected a schedule/)
    const { history } = await (await Trainer.resume(output, { schedule: mine })).finished
    expect(history.map(({ learningRate }) => learningRate)).toEqual([1e-3, 1e-4])
    const steps = sequence(constant().forEpochs(1), linearWarmUp({ epochs: 1 }), stepDecay({ every: 1 }))
    const stopped = await stoppedAfter(small().epochs(4).optimizer(adam()).schedule(steps), 1)
    const resumed = await (await Trainer.resume(stopped.output)).finished
    expect(resumed.history.map(({ learningRate }) => learningRate)).toEqual([1e-3, 1e-3 / 3, 1e-3, 1e-4])
  })
})
