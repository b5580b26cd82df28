import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Augmentation } from '../../lib/data/index.js'
import { readBundle } from '../../lib/model/index.js'
import { adam, constant, crossEntropy, type Schedule, sgd } from '../../lib/training/index.js'
import { device } from '../native/device.js'
import { drawnFaces, eventsOf, newOutput, smallParts, smallTrainer, spoil } from './small-training.js'

const everything = Augmentation.standard().saturation().randomErasing({ fill: 'noise' }).mixup().cutmix()

const text = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')

describe('a training', () => {
  it('leaves a folder that explains itself, and tells what it does in order', async () => {
    const parts = await smallParts()
    const output = newOutput()
    const run = smallTrainer(parts)
      .augment(Augmentation.standard())
      .loss(crossEntropy({ labelSmoothing: 0.1 }))
      .start({ output })
    expect(run.output).toBe(output)
    expect(run.device.name).toBe(device)
    const events = await eventsOf(run)
    const result = await run.finished

    expect(result).toMatchObject({ reason: 'completed', output, last: join(output, 'last.safetensors') })
    expect(result.best).toBe(join(output, 'best.safetensors'))
    expect(readdirSync(output).sort()).toEqual([
      'best.safetensors',
      'checkpoints',
      'config.json',
      'curves.png',
      'curves.svg',
      'history.csv',
      'last.safetensors',
      'photographs.csv',
      'timing.csv',
    ])
    const [header, ...lines] = text(output, 'history.csv').trim().split('\n')
    expect(header).toBe(
      'epoch,stage,learningRate,trainLoss,trainTop1,valLoss,valTop1,valTop5,samples,dropped',
    )
    const numbers = lines.map((line) => line.split(',').map(Number))
    expect(numbers).toEqual(result.history.map((row) => Object.values(row)))
    expect(result.history).toMatchObject([
      { epoch: 1, stage: 1, learningRate: 1e-3, samples: 8, dropped: 0, valTop5: 1 },
      { epoch: 2, stage: 1, learningRate: 1e-3, samples: 8, dropped: 0, valTop5: 1 },
    ])
    expect(text(output, 'timing.csv')).toMatch(
      /^epoch,trainSeconds,validationSeconds,imagesPerSecond\n1,.*\n2,.*\n$/,
    )

    const steps = events.filter((event) => event.type === 'step')
    expect(steps.map(({ epoch, step, steps, globalStep }) => [epoch, step, steps, globalStep])).toEqual([
      [1, 1, 2, 1],
      [1, 2, 2, 2],
      [2, 1, 2, 3],
      [2, 2, 2, 4],
    ])
    const first = events.find((event) => event.type === 'epoch')
    expect(first).toMatchObject({
      epoch: 1,
      best: true,
      train: { loss: steps[1]?.trainLoss, top1: steps[1]?.trainTop1 },
    })
    const kinds = events.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1])
    const epoch = ['step', 'validate', 'checkpoint', 'epoch']
    expect(kinds).toEqual(['prepare', 'stage', ...epoch, ...epoch, 'checkpoint', 'done'])
  })

  it('keeps the epoch with the highest top-1, then the lower loss, then the earlier one', async () => {
    const { best, bestEpoch, history } = await smallTrainer(await smallParts()).start({ output: newOutput() })
      .finished
    const [one, two] = history
    const second =
      two && one && (two.valTop1 > one.valTop1 || (two.valTop1 === one.valTop1 && two.valLoss < one.valLoss))
    expect(bestEpoch).toBe(second ? 2 : 1)
    const row = second ? two : one
    const { epoch, trainLoss, trainTop1, valLoss, valTop1, valTop5 } = row ?? ({} as never)
    const { metadata } = await readBundle(best)
    expect(metadata.metrics).toEqual({ epoch, trainLoss, trainTop1, valLoss, valTop1, valTop5 })
  })

  it('gives the same history.csv and the same weights twice with one seed, and others with another', async () => {
    const parts = await smallParts()
    const trained = async (seed: number) => {
      const trainer = smallTrainer(parts).augment(everything).seed(seed)
      const { output, last } = await trainer.start({ output: newOutput() }).finished
      return { history: text(output, 'history.csv'), weights: readFileSync(last) }
    }
    const [once, again, other] = [await trained(5), await trained(5), await trained(6)]
    expect(again.history).toBe(once.history)
    expect(again.weights.equals(once.weights)).toBe(true)
    expect(other.history).not.toBe(once.history)
  })

  it('writes bundles that say how they were trained', async () => {
    const parts = await smallParts()
    const trainer = smallTrainer(parts)
      .augment(everything)
      .optimizer(adam({ learningRate: 2e-3, weightDecay: 1e-4 }))
      .epochs(1)
      .seed(3)
    const { best, output } = await trainer.start({ output: newOutput() }).finished
    const { metadata } = await readBundle(best)
    expect(metadata).toMatchObject({
      architecture: 'inceptionResnetV1',
      head: { kind: 'classifier', classes: 2, dropout: 0.6 },
      classes: ['anna', 'ben'],
      inputSize: 80,
      recipe: {
        pretrained: null,
        augmentation: everything.spec,
        optimizer: { kind: 'adam', learningRate: 2e-3, weightDecay: 1e-4, beta1: 0.9 },
        schedule: { kind: 'constant' },
        epochs: 1,
        batchSize: 4,
        seed: 3,
      },
      versions: { torch: expect.stringMatching(/^2\./), node: process.versions.node },
    })
    const config = JSON.parse(text(output, 'config.json'))
    expect(config.training).toEqual(metadata.recipe)
    const fingerprint = expect.stringMatching(/^[0-9a-f]{32}$/)
    expect(config.data).toEqual({ train: 8, val: 4, fingerprint, classes: ['anna', 'ben'] })
  })
})

describe('a last batch of a single photograph', () => {
  it('is dropped where a batch norm learns, and the history and one warning say so', async () => {
    const faces = await drawnFaces(['anna', 'ben'], 6)
    const parts = { train: faces.take(9), val: faces }
    const run = smallTrainer(parts).start({ output: newOutput() })
    const warnings = (await eventsOf(run)).filter((event) => event.type === 'warning')
    expect((await run.finished).history).toMatchObject([
      { samples: 8, dropped: 1 },
      { samples: 8, dropped: 1 },
    ])
    expect(warnings).toMatchObject([{ code: 'dropped' }])
  })
})

describe('photographs that cannot be read', () => {
  it('are left out and listed where they are few', async () => {
    const faces = await drawnFaces(['anna', 'ben'], 60)
    const file = faces.at(7).file
    spoil(file)
    const controller = new AbortController()
    const run = smallTrainer({ train: faces, val: faces.take(2) }).start({
      output: newOutput(),
      signal: controller.signal,
    })
    const warnings: unknown[] = []
    for await (const event of run.events()) {
      if (event.type === 'warning') warnings.push(event)
      if (event.type === 'stage') controller.abort()
    }
    const { output } = await run.finished
    expect(warnings).toMatchObject([
      { code: 'skipped', message: expect.stringContaining('1 of 122 photographs') },
    ])
    expect(text(output, 'skipped.csv')).toContain(`\ntrain,${file},`)
  })

  it('are judged as a share of all photographs, wherever they fall', async () => {
    const faces = await drawnFaces(['anna', 'ben'], 60)
    const val = faces.take(20) // one of 20 is 5 %, one of 120 is not 1 %
    spoil(val.at(0).file)
    const others = faces.filter((_, index) => index >= 20)
    const controller = new AbortController()
    const run = smallTrainer({ train: others, val }).start({ output: newOutput(), signal: controller.signal })
    for await (const { type } of run.events()) if (type === 'stage') controller.abort()
    expect(text((await run.finished).output, 'skipped.csv')).toContain('\nval,')
  })

  it('stop the run where few are unreadable in each part and too many in both', async () => {
    const faces = await drawnFaces(['anna', 'ben'], 60)
    const parts = { train: faces.take(60), val: faces.filter((_, index) => index >= 60) }
    for (const { file } of [parts.train.at(0), parts.val.at(0)]) spoil(file)
    await expect(smallTrainer(parts).start({ output: newOutput() }).finished).rejects.toMatchObject({
      code: 'DATASET',
      message: expect.stringContaining('2 of 120'),
    })
  })

  it('stop the run where they are more than 1 %', async () => {
    const parts = await smallParts()
    spoil(parts.val.at(0).file)
    const run = smallTrainer(parts).start({ output: newOutput() })
    await expect(run.finished).rejects.toMatchObject({
      code: 'DATASET',
      message: expect.stringContaining('1 of 12'),
    })
  })
})

describe('the output folder', () => {
  it('of another run is refused and left as it is', async () => {
    const output = newOutput()
    mkdirSync(output)
    writeFileSync(join(output, 'history.csv'), 'mine')
    const run = smallTrainer(await smallParts()).start({ output })
    await expect(run.finished).rejects.toMatchObject({
      code: 'FILE',
      message: expect.stringContaining(output),
    })
    expect(readdirSync(output)).toEqual(['history.csv'])
    expect(text(output, 'history.csv')).toBe('mine')
  })

  it('that cannot be written is refused before a photograph is decoded', async () => {
    const file = join(newOutput(), '..', 'file')
    writeFileSync(file, '')
    const run = smallTrainer(await smallParts()).start({ output: join(file, 'run') })
    await expect(run.finished).rejects.toMatchObject({ code: 'FILE' })
    await expect(eventsOf(run)).rejects.toMatchObject({ code: 'FILE' })
  })
})

describe('an abort', () => {
  it('before the first step keeps the starting weights, and resolves', async () => {
    const run = smallTrainer(await smallParts()).start({ output: newOutput(), signal: AbortSignal.abort() })
    expect(await eventsOf(run)).toMatchObject([
      { type: 'checkpoint', kind: 'last', epoch: 1 },
      { type: 'checkpoint', kind: 'resume', epoch: 1 },
      { type: 'done', reason: 'aborted', bestEpoch: null, epochs: 0 },
    ])
    const result = await run.finished
    expect(result).toMatchObject({ reason: 'aborted', bestEpoch: null, history: [] })
    expect(result.best).toBe(result.last)
    expect((await readBundle(result.last)).metadata.metrics).toEqual({ epoch: 1 })
  })

  it('stops at the next step and keeps the best epoch beside the latest weights', async () => {
    const controller = new AbortController()
    const trainer = smallTrainer(await smallParts()).batchSize(2) // four steps an epoch
    const run = trainer.start({ output: newOutput(), signal: controller.signal })
    let steps = 0
    for await (const { epoch, globalStep } of run.steps()) {
      steps = globalStep
      if (epoch === 2) controller.abort()
    }
    const { reason, best, last, bestEpoch, history, output } = await run.finished
    expect([reason, bestEpoch, history.length]).toEqual(['aborted', 1, 1])
    expect(steps).toBeLessThanOrEqual(6) // the fifth, and one that may have begun before its event arrived
    expect([best, last]).toEqual([join(output, 'best.safetensors'), join(output, 'last.safetensors')])
    expect((await readBundle(last)).metadata.metrics).toEqual({ epoch: 2 })
    expect(existsSync(join(output, 'curves.png'))).toBe(true)
  })
})

describe('a loss that is not finite', () => {
  it('stops the run at that step, names the best model and draws the curves so far', async () => {
    const explodes: Schedule = {
      ...constant(),
      start: () => ({ epoch: 0, learningRate: 1e-3 }),
      next: ({ epoch }) => ({ epoch: epoch + 1, learningRate: 1e6 }),
    }
    const output = newOutput()
    const trainer = smallTrainer(await smallParts())
      .optimizer(sgd())
      .schedule(explodes)
      .epochs(5)
    const run = trainer.start({ output })
    let epochs = 0
    let checkpoint: Buffer | undefined
    const loop = (async () => {
      for await (const event of run.events()) {
        if (event.type !== 'epoch') continue
        epochs++
        checkpoint = readFileSync(join(output, 'last.safetensors'))
      }
    })()
    await expect(loop).rejects.toMatchObject({ code: 'NOT_FINITE' })
    await expect(run.finished).rejects.toThrow(/The best model is that of epoch \d, ".*best\.safetensors"/)
    expect(existsSync(join(output, 'curves.png'))).toBe(true)
    expect(epochs).toBeGreaterThan(0)
    expect(epochs).toBeLessThan(5)
    expect(readFileSync(join(output, 'last.safetensors')).equals(checkpoint as Buffer)).toBe(true)
  })
})
