import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { constant, cosine, sequence, Trainer } from '../../lib/training/index.js'
import { type NamedTensor, readWeights, writeSealed } from '../../lib/weights/index.js'
import { smallDisk, whyNoMounts } from '../files/temporary-folder.js'
import { checkpointsOf, type Parts, smallMobileNet, stopAt, stoppedAfter, tracesOf } from './resumption.js'
import { drawnFaces, eventsOf, newOutput } from './small-training.js'

let parts: Parts

/** Three updates an epoch. */
const small = (): Trainer => smallMobileNet(parts)

/** For what lives as long as the tests of this file. */
const shared = mkdtempSync(join(tmpdir(), 'facecls-checkpoints-'))
afterAll(() => rmSync(shared, { recursive: true }))

const name = (step: number): string => `step-${String(step).padStart(8, '0')}.safetensors`

beforeAll(async () => {
  const faces = await drawnFaces(['anna', 'ben', 'cara'], 6, join(shared, 'faces'))
  parts = faces.split({ train: 2 / 3, val: 1 / 3 })
})

describe('checkpoints are saved', () => {
  it('at the end of the first epoch too, where that took long enough', async () => {
    const run = small().epochs(2).checkpoints({ minSeconds: 0.01 }).start({ output: newOutput() })
    const saved = (await eventsOf(run)).flatMap((event) =>
      event.type === 'checkpoint' && event.kind === 'resume'
        ? [[event.file.slice(-name(0).length), event.epoch]]
        : [],
    )
    expect(saved).toEqual([
      [name(3), 1],
      [name(6), 2],
      [name(6), 2],
    ])
  })

  it('in place of others that are damaged', async () => {
    const trainer = small().epochs(2).checkpoints({ everySteps: 2, keep: 2 })
    const { output } = await stoppedAfter(trainer, 2)
    for (const step of [3, 9]) writeFileSync(join(output, 'checkpoints', name(step)), 'damaged')
    const controller = new AbortController()
    await stopAt(await Trainer.resume(output, { signal: controller.signal }), controller, 4)
    expect(checkpointsOf(output)).toEqual([name(2), name(4)])
  })

  it('with the latest model, even where a resumed run is stopped before its first step', async () => {
    const trainer = small().epochs(2).averageWeights(0.9).checkpoints({ everySteps: 1 })
    const { output, last } = await stoppedAfter(trainer, 2)
    const saved = readFileSync(last)
    rmSync(last)
    const controller = new AbortController()
    const run = await Trainer.resume(output, { signal: controller.signal })
    controller.abort()
    expect(await run.finished).toMatchObject({ reason: 'aborted', last, best: last })
    expect(readFileSync(last).equals(saved)).toBe(true)
  })

  const noMounts = whyNoMounts()
  it.skipIf(noMounts !== null)('whole or not at all, also where the disk is full', async () => {
    const disk = smallDisk('size=85m')
    const output = join(disk, 'run')
    const failed = small().epochs(9).checkpoints({ everySteps: 1, keep: 9 }).start({ output })
    await expect(failed.finished).rejects.toMatchObject({ code: 'FILE', message: /step-.*the disk is full/ })
    const kept = checkpointsOf(output)
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.every((file) => file.startsWith('step-'))).toBe(true)
    expect(existsSync(join(output, '.lock'))).toBe(false)
    await expect((await Trainer.resume(output)).finished).rejects.toMatchObject({ code: 'FILE' })
    expect(checkpointsOf(output)).toEqual(kept)
  })
})

describe('a schedule that is given at the resumption', () => {
  it('is refused where the run has one', async () => {
    const { output } = await stoppedAfter(small().epochs(2).schedule(cosine()), 1)
    await expect(Trainer.resume(output, { schedule: constant() })).rejects.toThrow(/Expected no schedule/)
  })

  it('is asked for where a sequence was changed by hand', async () => {
    const made = sequence(constant().forEpochs(1), cosine())
    for (const schedule of [
      { ...made, next: made.next },
      { ...constant(), kind: 'sequence' as const },
    ]) {
      const { output } = await stoppedAfter(small().epochs(2).schedule(schedule), 1)
      await expect(Trainer.resume(output)).rejects.toThrow(/Expected a schedule/)
    }
  })
})

const KEY = 'facecls_checkpoint'
type Said = { [name: string]: Said }

/** Changes one thing that a checkpoint says, `undefined` removes it, and seals the checkpoint again. */
async function lying(file: string, place: string, value: unknown): Promise<void> {
  const { tensors, metadata } = await readWeights(file)
  const said = { root: JSON.parse(metadata[KEY] as string) } as Said
  const names = `root${place}`.split('.')
  const last = names.pop() as string
  const parent = names.reduce((at, name) => at[name] as Said, said)
  parent[last] = value as Said
  await writeSealed(file, tensors, { [KEY]: JSON.stringify(said.root) })
}

const LIES: readonly [place: string, value: unknown][] = [
  ['', null],
  ['', []],
  ['.plan', undefined],
  ['.plan', null],
  ['.plan.format', 2],
  ['.plan.network', undefined],
  ['.plan.network.architecture', 'constructor'],
  ['.plan.network.head.kind', '__proto__'],
  ['.plan.network.head.classes', 2],
  ['.plan.classes', { length: 3 }],
  ['.plan.classes', [1, 2, 3]],
  ['.plan.classes', ['anna', 'ben', 'anna']],
  ['.plan.imageSize', '32'],
  ['.plan.normalisation', { mean: 0 }],
  ['.plan.stages', []],
  ['.plan.stages', [{ firstEpoch: 1 }]],
  ['.plan.stages.0.trainable', ['layer']],
  ['.plan.loss', { kind: 'hinge' }],
  ['.plan.device', 7],
  ['.plan.precision', 'float8'],
  ['.plan.versions', null],
  ['.plan.versions.node', 24],
  ['.plan.recipe', 'secret'],
  ['.plan.list', 3],
  ['.plan.settings', undefined],
  ['.plan.settings.schedule.kind', 'constructor'],
  ['.plan.settings.schedule', { kind: 'sequence' }],
  ['.plan.settings.schedule', { kind: 'sequence', settings: { parts: [null] } }],
  ['.plan.settings.schedule', { kind: 'cosine', settings: {} }],
  ['.plan.settings.batchSize', undefined],
  ['.plan.settings.batchSize', 0],
  ['.plan.settings.sampling', 'none'],
  ['.plan.settings.cache', { kind: 'cloud' }],
  ['.plan.settings.optimizer', { spec: null }],
  ['.plan.settings.optimizer.spec.kind', 'lbfgs'],
  ['.plan.settings.layerRates', null],
  ['.plan.settings.layerRates', { trunk: 'slow' }],
  ['.plan.settings.timeBudget', -5],
  ['.plan.settings.seed', 1e15],
  ['.plan.settings.augmentation', { flip: 'yes' }],
  ['.plan.settings.augmentation', 7],
  ['.plan.settings.checkpoints', null],
  ['.plan.settings.stopEarly', 3],
  ['.state', undefined],
  ['.state.epoch', 0],
  ['.state.epoch', 2],
  ['.state.sums', undefined],
  ['.state.sums.updates', 'all'],
  ['.state.schedule', null],
  ['.state.rows', [7]],
  ['.state.best', {}],
  ['.state.improvement', undefined],
  ['.state.fingerprint', []],
]

describe('a checkpoint whose checksum is right', () => {
  let output: string
  let whole: Buffer
  const file = (): string => join(output, 'checkpoints', name(1))
  const restore = (): void => {
    for (const other of checkpointsOf(output)) rmSync(join(output, 'checkpoints', other))
    writeFileSync(file(), whole)
  }

  beforeAll(async () => {
    output = join(mkdtempSync(join(shared, 'lying-')), 'run')
    await stoppedAfter(small().epochs(1), 1, output)
    whole = readFileSync(file())
  })

  it.each(LIES)('and that says of its %s: %j, is refused by name', async (place, value) => {
    restore()
    await lying(file(), place, value)
    const outcome = Trainer.resume(output).then((run) => run.finished)
    await expect(outcome).rejects.toMatchObject({ name: 'TorchError', code: 'WEIGHTS' })
    await expect(outcome).rejects.toThrow(name(1))
  })

  const counter: NamedTensor = {
    name: 'model.other',
    dtype: 'float32',
    shape: [1],
    data: new Uint8Array(4),
  }
  it.each<[string, (tensors: NamedTensor[]) => NamedTensor[]]>([
    ['lacks some', (tensors) => tensors.slice(1)],
    ['lacks all', (tensors) => tensors.filter(({ name }) => name.startsWith('trainer.'))],
    ['has others', (tensors) => [...tensors, counter]],
    ['has others of the optimizer', (tensors) => [...tensors, { ...counter, name: 'trainer.other' }]],
    [
      'has integers',
      (tensors) => tensors.map((one) => (one.dtype === 'float32' ? { ...one, dtype: 'int32' } : one)),
    ],
  ])('and whose tensors are not those of the network, as it %s, is refused', async (_, change) => {
    restore()
    const { tensors, metadata } = await readWeights(file())
    await writeSealed(file(), change(tensors), { [KEY]: metadata[KEY] as string })
    const outcome = Trainer.resume(output).then((run) => run.finished)
    await expect(outcome).rejects.toMatchObject({ name: 'TorchError', code: 'WEIGHTS' })
    await expect(outcome).rejects.toThrow(name(1))
  })

  it.each([8, 9, 60, 90, 130, 2 ** 24, 2 ** 40])(
    'is damaged where its header is said to have %i bytes',
    async (length) => {
      restore()
      const bytes = Buffer.from(whole)
      bytes.writeBigUInt64LE(BigInt(length))
      writeFileSync(file(), bytes)
      await expect(Trainer.resume(output)).rejects.toMatchObject({ code: 'WEIGHTS', message: /damaged/ })
      truncateSync(file(), 100)
      await expect(Trainer.resume(output)).rejects.toMatchObject({ code: 'WEIGHTS', message: /damaged/ })
    },
  )

  it('is gone on from', async () => {
    restore()
    const result = await (await Trainer.resume(output)).finished
    const other = await small().epochs(1).start({ output: newOutput() }).finished
    expect(tracesOf(result)).toEqual(tracesOf(other))
  })
})
