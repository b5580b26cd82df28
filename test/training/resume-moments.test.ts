import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBundleMetadata } from '../../lib/model/index.js'
import { constant, type RunEvent, type RunResult, sgd, Trainer } from '../../lib/training/index.js'
import { type Parts, smallMobileNet, stoppedAfter, tracesOf } from './resumption.js'
import { drawnFaces, eventsOf, newOutput, spoil } from './small-training.js'

let parts: Parts

/** For what lives as long as the tests of this file. */
const shared = mkdtempSync(join(tmpdir(), 'facecls-moments-'))
afterAll(() => rmSync(shared, { recursive: true }))

beforeAll(async () => {
  const faces = await drawnFaces(['anna', 'ben'], 55, join(shared, 'faces'))
  parts = faces.split({ train: 0.7, val: 0.3 })
  spoil(parts.train.at(5).file)
})

/** 77 photographs to learn from, of which one cannot be read: five updates an epoch, the last of a single batch. */
const trainer = (): Trainer =>
  smallMobileNet(parts)
    .batchSize(8)
    .accumulate(2)
    .optimizer(sgd({ learningRate: 0.01, momentum: 0.9 }))
    .averageWeights(0.9)
    .sampling('balanced')
    .cache('none')
    .epochs(2)

async function stoppedAt(moment: (event: RunEvent) => boolean, own: Trainer): Promise<RunResult> {
  const controller = new AbortController()
  const run = own.start({ output: newOutput(), signal: controller.signal })
  for await (const event of run.events()) if (moment(event)) controller.abort()
  return run.finished
}

describe('with a photograph that cannot be read', () => {
  let whole: ReturnType<typeof tracesOf> & { skipped: string }

  const traces = (result: RunResult) => ({
    ...tracesOf(result),
    skipped: readFileSync(join(result.output, 'skipped.csv'), 'utf8'),
  })

  beforeAll(async () => {
    whole = traces(await trainer().start({ output: mkdtempSync(join(shared, 'whole-')) }).finished)
  })

  it.each<[string, (event: RunEvent) => boolean]>([
    ['while photographs are decoded', ({ type }) => type === 'prepare'],
    ['in the middle of an epoch', (event) => event.type === 'step' && event.globalStep === 2],
    ['after the last step of an epoch', (event) => event.type === 'step' && event.step === event.steps],
    ['during a validation', (event) => event.type === 'validate' && event.done > 8],
    ['at the end of a validation', (event) => event.type === 'validate' && event.done === event.total],
    ['after an epoch', ({ type }) => type === 'epoch'],
    [
      'between the best model and the checkpoint',
      (event) => event.type === 'checkpoint' && event.kind === 'best',
    ],
  ])('a run that is stopped %s ends as if it had not been', async (_, moment) => {
    const stopped = await stoppedAt(moment, trainer())
    expect(stopped.reason).toBe('aborted')
    expect(existsSync(stopped.best) && existsSync(stopped.last)).toBe(true)
    const result = await (await Trainer.resume(stopped.output)).finished
    expect(traces(result)).toEqual(whole)
  })
})

it('a run whose time is up goes on with as much time again', async () => {
  const own = trainer().timeBudget(0.3).epochs(50)
  const first = await own.start({ output: newOutput() }).finished
  expect(first.reason).toBe('time_budget')
  const again = await (await Trainer.resume(first.output)).finished
  expect(again.reason).toBe('time_budget')
})

it.each<[string, (best: string, later: string) => void]>([
  ['is gone', (best) => rmSync(best)],
  ['is of a later epoch, after which it was killed', (best, later) => copyFileSync(later, best)],
  ['is damaged', (best) => writeFileSync(best, 'no model')],
])('a run whose best model %s says so, and finds another', async (_, change) => {
  const whole = await trainer().start({ output: newOutput() }).finished
  const { output, best } = await stoppedAt(({ type }) => type === 'epoch', trainer())
  change(best, whole.last)
  const controller = new AbortController()
  const stopped = await Trainer.resume(output, { signal: controller.signal })
  controller.abort()
  expect(await stopped.finished).toMatchObject({ bestEpoch: null, best: join(output, 'last.safetensors') })
  const run = await Trainer.resume(output)
  const events = await eventsOf(run)
  expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'best_missing' }))
  expect(await run.finished).toMatchObject({ best, bestEpoch: 2 })
  expect((await readBundleMetadata(best)).metrics.epoch).toBe(2)
})

it('a run that is refused keeps what it had told', async () => {
  const own = (await drawnFaces(['anna', 'ben'], 6)).split({ train: 2 / 3, val: 1 / 3 })
  const { output } = await stoppedAfter(smallMobileNet(own).epochs(2), 1)
  const table = join(output, 'history.csv')
  appendFileSync(table, 'a row that was told after the checkpoint\n')
  const before = readFileSync(table, 'utf8')
  spoil(own.train.at(0).file)
  await expect((await Trainer.resume(output)).finished).rejects.toMatchObject({ code: 'DATASET' })
  expect(readFileSync(table, 'utf8')).toBe(before)
})

it('a schedule whose state no checkpoint can hold is refused', async () => {
  const unbounded = { ...constant(), next: () => ({ epoch: 1, learningRate: 1e-3, best: Infinity }) }
  const run = trainer().schedule(unbounded).start({ output: newOutput() })
  await expect(run.finished).rejects.toThrow(/Expected what JSON can hold for schedule\.next\(\)/)
})

it('of two that resume a run at once one is refused', async () => {
  const { output } = await stoppedAfter(trainer(), 1)
  const aborted = Trainer.resume(output, { signal: AbortSignal.abort() })
  await expect(aborted).rejects.toMatchObject({ name: 'TorchError', code: 'ABORTED' })
  const both = await Promise.allSettled([Trainer.resume(output), Trainer.resume(output)])
  const refused = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(refused).toMatchObject([{ code: 'FILE', message: /Another run is at work/ }])
  for (const one of both) if (one.status === 'fulfilled') await one.value.finished
  expect(existsSync(join(output, '.lock'))).toBe(false)
})
