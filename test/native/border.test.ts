// The border refuses what is not exactly as lib/native/addon.ts says, so both sides read the same keys.
import { describe, expect, it } from 'vitest'
import type { NativePixelPack } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { everything, modelSpec, pixelBatch, stageSpec, stepSpec, trainerOf, trainerSpec } from './models.js'

type Plain = Record<string, unknown>

/** Every path to an object inside `value`, itself included; typed arrays and native objects are values. */
function objectPaths(value: unknown, path: string[] = []): string[][] {
  if (Array.isArray(value))
    return value.flatMap((element, index) => objectPaths(element, [...path, `${index}`]))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return []
  return [path, ...Object.entries(value).flatMap(([key, inner]) => objectPaths(inner, [...path, key]))]
}

/** A copy of `spec` in which the object at `path` was changed. */
function changed(spec: unknown, path: string[], change: (object: Plain) => Plain): unknown {
  const [key, ...rest] = path
  if (key === undefined) return change({ ...(spec as Plain) })
  if (Array.isArray(spec))
    return spec.map((element, index) => (`${index}` === key ? changed(element, rest, change) : element))
  return { ...(spec as Plain), [key]: changed((spec as Plain)[key], rest, change) }
}

function at(spec: unknown, path: string[]): Plain {
  return path.reduce((object, key) => object[key] as Plain, spec as Plain)
}

async function refusesEveryOtherShape(spec: unknown, call: (spec: never) => unknown): Promise<number> {
  let refused = 0
  const attempt = async (wrong: unknown, what: string) => {
    await expect((async () => call(wrong as never))(), what).rejects.toThrow(TypeError)
    refused++
  }
  for (const path of objectPaths(spec)) {
    const name = path.join('.') || 'the object'
    await attempt(
      changed(spec, path, (object) => ({ ...object, surplus: 1 })),
      `a surplus key in ${name}`,
    )
    for (const key of Object.keys(at(spec, path))) {
      await attempt(
        changed(spec, path, ({ [key]: _, ...rest }) => rest),
        `no ${key} in ${name}`,
      )
      await attempt(
        changed(spec, path, (object) => ({ ...object, [key]: Symbol('wrong') })),
        `a symbol for ${key} in ${name}`,
      )
    }
  }
  await attempt(undefined, 'nothing')
  return refused
}

describe('a job with a missing, surplus or wrong key is refused', () => {
  it('createModel', async () => {
    expect(await refusesEveryOtherShape(modelSpec, (spec) => native().createModel(spec))).toBeGreaterThan(20)
  })

  it('createModel with an MLP head', async () => {
    const head = { kind: 'mlp', classes: 4, hidden: [8], activation: 'relu', dropout: 0.5 }
    const network = { ...modelSpec.network, head }
    expect(
      await refusesEveryOtherShape({ ...modelSpec, network }, (spec) => native().createModel(spec)),
    ).toBeGreaterThan(25)
  })

  it('createModel with a head of cosines, and createTrainer with a margin', async () => {
    const head = { kind: 'cosine', classes: 4, dropout: 0.5, scale: 30, embedding: 8 } as const
    const network = { architecture: 'mobilenetV2', head } as const
    const made = { ...modelSpec, network }
    expect(await refusesEveryOtherShape(made, (spec) => native().createModel(spec))).toBeGreaterThan(25)
    const model = await native().createModel(made)
    const loss = { kind: 'arc_face', margin: 0.5, labelSmoothing: 0, classWeights: null }
    await refusesEveryOtherShape({ ...trainerSpec(model), loss }, (wrong) => native().createTrainer(wrong))
    model.close()
  })

  it('createTrainer, setStage and step', async () => {
    const { model, trainer, layers } = await trainerOf()
    const spec = trainerSpec(model)
    const sgd = { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 }
    await refusesEveryOtherShape({ ...spec, augmentation: everything }, (wrong) =>
      native().createTrainer(wrong),
    )
    await refusesEveryOtherShape({ ...spec, optimizer: sgd }, (wrong) => native().createTrainer(wrong))
    await refusesEveryOtherShape(stageSpec(layers.slice(-1)), (wrong) => trainer.setStage(wrong))
    expect(await refusesEveryOtherShape(stepSpec(0), (wrong) => trainer.step(wrong))).toBeGreaterThan(20)
    trainer.close()
    model.close()
  })

  it('forward, evaluate and load', async () => {
    const { model, trainer } = await trainerOf()
    const loss = { kind: 'cross_entropy', labelSmoothing: 0, classWeights: [1, 2, 3, 4] }
    await refusesEveryOtherShape({ batch: pixelBatch(2), outputs: ['logits'], flip: false }, (wrong) =>
      model.forward(wrong),
    )
    const evaluate = { batch: pixelBatch(2), labels: new Int32Array(2), loss, flip: false }
    await refusesEveryOtherShape(evaluate, (wrong) => model.evaluate(wrong))
    const [tensor] = await model.state()
    await refusesEveryOtherShape({ ...tensor }, (wrong) => model.load([wrong]))
    trainer.close()
    model.close()
  })

  it('createPack, drawAugmentations, drawMixings and augmentPixels', async () => {
    await refusesEveryOtherShape({ count: 1, height: 4, width: 4, file: null }, (wrong) =>
      native().createPack(wrong),
    )
    const of = { augmentation: everything, seed: 0, height: 8, width: 8 }
    const draws = { ...of, epoch: 0, samples: Int32Array.of(0) }
    await refusesEveryOtherShape(draws, (wrong) => native().drawAugmentations(wrong))
    const mixings = { ...of, steps: Int32Array.of(0), batch: 0 }
    await refusesEveryOtherShape(mixings, (wrong) => native().drawMixings(wrong))
    const [draw] = native().drawAugmentations(draws)
    expect(draw?.erased).not.toBe(null)
    const pixels = new Uint8Array(8 * 8 * 3)
    const { normalisation } = modelSpec
    const augment = { pixels, height: 8, width: 8, outputHeight: 8, outputWidth: 8, draw, normalisation }
    await refusesEveryOtherShape(augment, (wrong) => native().augmentPixels(wrong))
  })
})

describe('values out of range', () => {
  it('names the value and its range', async () => {
    await expect(native().createModel({ ...modelSpec, seed: -1 })).rejects.toThrow(/model\.seed.*-1/)
    const head = { kind: 'classifier', classes: 0, dropout: 0 } as const
    const zero = { ...modelSpec, network: { ...modelSpec.network, head } }
    await expect(native().createModel(zero)).rejects.toThrow(RangeError)
  })

  it('refuses ranges, fills and orders that are none', () => {
    const drawn = (wrong: object) => () =>
      native().drawAugmentations({
        augmentation: { ...everything, ...wrong },
        ...{ seed: 0, epoch: 0, samples: Int32Array.of(0), height: 8, width: 8 },
      })
    const { erasing, mixup } = everything
    expect(drawn({ saturation: -1 })).toThrow(/saturation/)
    expect(drawn({ erasing: { ...erasing, scale: [0.5, 0.1] } })).toThrow(/erasing\.scale/)
    expect(drawn({ erasing: { ...erasing, fill: 'white' } })).toThrow(/'mean', 'black', 'noise'/)
    expect(drawn({ mixup: { ...mixup, alpha: 0 } })).toThrow(/mixup\.alpha/)
    expect(drawn({ cutmix: { ...mixup, probability: 2 } })).toThrow(/cutmix\.probability/)
    const [draw] = drawn({})()
    const pixels = new Uint8Array(8 * 8 * 3)
    const { normalisation } = modelSpec
    const spec = { pixels, height: 8, width: 8, outputHeight: 8, outputWidth: 8, normalisation }
    const twice = ['brightness', 'contrast', 'contrast']
    for (const order of [[], ['brightness', 'contrast'], twice, [...twice, 'saturation']]) {
      const wrong = { ...spec, draw: { ...draw, order } as never }
      expect(() => native().augmentPixels(wrong)).toThrow(/each once, for augment\.draw\.order/)
    }
  })

  it('refuses an unknown architecture, layer, module and device', async () => {
    const unknown = { ...modelSpec, network: { ...modelSpec.network, architecture: 'vgg' as never } }
    await expect(native().createModel(unknown)).rejects.toMatchObject({ code: 'NETWORK' })
    const { model, trainer } = await trainerOf()
    await expect(trainer.setStage(stageSpec(['nowhere']))).rejects.toMatchObject({ code: 'NETWORK' })
    const forward = model.forward({ batch: pixelBatch(1), outputs: ['nowhere'], flip: false })
    await expect(forward).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('nowhere'),
    })
    await expect(native().createModel({ ...modelSpec, device: 'abacus' })).rejects.toMatchObject({
      code: 'NATIVE',
    })
    trainer.close()
    model.close()
  })

  it('refuses labels, indices and sizes that do not fit', async () => {
    const { model, trainer, layers } = await trainerOf()
    await trainer.setStage(stageSpec(layers.slice(-1)))
    const step = stepSpec(0)
    const labelled = (labels: Int32Array) =>
      trainer.step({ ...step, batches: [{ batch: pixelBatch(4), labels }] })
    await expect(labelled(Int32Array.of(0, 1, 2, 4))).rejects.toMatchObject({ code: 'NETWORK' })
    await expect(labelled(new Int32Array(3))).rejects.toMatchObject({ code: 'NETWORK' })
    const small = {
      kind: 'pixels',
      data: new Uint8Array(74 * 74 * 3),
      count: 1,
      height: 74,
      width: 74,
    } as const
    await expect(model.forward({ batch: small, outputs: ['logits'], flip: false })).rejects.toThrow(
      /at least 75 pixels/,
    )
    const pack = native().createPack({ count: 2, height: 80, width: 80, file: null })
    const beyond = { kind: 'pack', pack, indices: Int32Array.of(2), samples: null } as const
    await expect(model.forward({ batch: beyond, outputs: ['logits'], flip: false })).rejects.toThrow(
      RangeError,
    )
    const impostor = {
      kind: 'pack',
      pack: {} as NativePixelPack,
      indices: Int32Array.of(0),
      samples: null,
    } as const
    await expect(model.forward({ batch: impostor, outputs: ['logits'], flip: false })).rejects.toThrow(
      /NativePixelPack/,
    )
    trainer.close()
    model.close()
    pack.close()
  })

  it('cannot be given a native pointer of JavaScript', async () => {
    const { model, trainer } = await trainerOf()
    const Class = model.constructor as new (pointer: unknown) => unknown
    expect(() => new Class({})).toThrow(/Illegal constructor/)
    trainer.close()
    model.close()
  })
})

describe('after close()', () => {
  it('new calls reject with CLOSED, those already queued too', async () => {
    const { model, trainer, layers } = await trainerOf()
    await trainer.setStage(stageSpec(layers.slice(-1)))
    const queued = [trainer.step(stepSpec(0)), trainer.step(stepSpec(1)), trainer.step(stepSpec(2))]
    trainer.close()
    trainer.close()
    const settled = await Promise.allSettled(queued)
    expect(settled.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'CLOSED' } })
    await expect(trainer.step(stepSpec(3))).rejects.toMatchObject({ code: 'CLOSED' })
    model.close()
    await expect(model.state()).rejects.toMatchObject({ code: 'CLOSED' })
    expect(() => model.description).toThrow(expect.objectContaining({ code: 'CLOSED' }))
    const pack = native().createPack({ count: 1, height: 4, width: 4, file: null })
    pack.close()
    await expect(pack.write(0, new Uint8Array(3), 1, 1)).rejects.toMatchObject({ code: 'CLOSED' })
    expect(() => pack.read(0)).toThrow(expect.objectContaining({ code: 'CLOSED' }))
  })
})
