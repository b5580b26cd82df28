import { describe, expect, test } from 'vitest'
import {
  cosineHead,
  type ExpectedMisfits,
  headSpec,
  mlpHead,
  pretrainedOf,
  WeightsMismatchError,
} from '../../lib/model/index.js'
import type { NetworkDescription, StateTensor } from '../../lib/native/index.js'
import type { Job } from '../../lib/training/job.js'
import { type Found, take } from '../../lib/training/take.js'
import { pretrainedWeights } from '../../lib/weights/index.js'
import { inceptionResnetV1, withOwnClassifier, zeros } from '../model/description.js'

const FILE = '/somewhere/weights.pt'
const three = ['a', 'b', 'c']

/** A job that starts from FILE, with the parts of it that count. */
function jobOf(
  description: Job['description'],
  hidden: number[] | null,
  expected: ExpectedMisfits = {},
): Job {
  const architecture = 'inceptionResnetV1'
  const head = hidden === null ? { kind: 'classifier' as const, dropout: 0 } : mlpHead({ hidden })
  return {
    classifier: {
      architecture,
      classes: three,
      head,
      pretrained: pretrainedOf(architecture, FILE, expected),
    },
    network: { architecture, head: headSpec(head, architecture, three.length) },
    description,
  } as unknown as Job
}

/** Its embedding is that of the network's own classifier; its logits have no bias. */
function cosineJob(): Job {
  const spec = headSpec(cosineHead(), 'inceptionResnetV1', three.length)
  const job = jobOf(cosines(3), null)
  return { ...job, network: { ...job.network, head: spec } }
}

function cosines(classes: number): NetworkDescription {
  const description = inceptionResnetV1(classes)
  return { ...description, tensors: description.tensors.filter(({ name }) => name !== 'logits.bias') }
}

const own = jobOf(inceptionResnetV1(3), null)
const dense = jobOf(inceptionResnetV1(3, [8]), [8])

function found(tensors: readonly StateTensor[], more: Partial<Found> = {}): Found {
  return { file: FILE, tensors, bundle: null, published: null, ...more }
}

const named = (name: string): StateTensor => ({ name, dtype: 'float32', shape: [1], data: new Uint8Array(4) })

/** Fewer is quicker, and their sizes play no part here. */
const ofClasses = (classes: number) => zeros(inceptionResnetV1(classes))

function misfit(job: Job, given: Found): WeightsMismatchError {
  try {
    take(job, given)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(WeightsMismatchError)
    return thrown as WeightsMismatchError
  }
  throw new Error('nothing was refused')
}

describe('weights that do not fit', () => {
  test('of another network: what is missing and what is unexpected are listed whole', () => {
    const tensors = zeros(withOwnClassifier('resnet50'))
    const { message, code, missing, unexpected, wrongShape } = misfit(own, found(tensors))
    expect(code).toBe('WEIGHTS')
    expect(message).toMatch(
      /^Cannot start from "\/somewhere\/weights\.pt": tensors do not fit: 59\d missing \("conv2d_1a\.conv\.weight", /,
    )
    expect(message).toMatch(
      /, 320 unexpected \("conv1\.weight", .* Choose weights of this network, or name what may be off: \.pretrained\(/,
    )
    expect(missing.length).toBeGreaterThan(500)
    expect(unexpected).toEqual(tensors.map(({ name }) => name))
    expect(wrongShape).toEqual([])
  })

  test('with a layer of the trunk missing, one too many, and one of another shape', () => {
    const [first, second, ...rest] = ofClasses(3) as [StateTensor, StateTensor, ...StateTensor[]]
    const off = [{ ...second, shape: [2, 16] }, named('aux.fc.weight'), ...rest]
    const error = misfit(own, found(off))
    expect(error).toMatchObject({ missing: [first.name], unexpected: ['aux.fc.weight'] })
    expect(error.wrongShape.map(({ name }) => name)).toEqual([second.name])
    const expected = { missing: ['conv2d_1a'], unexpected: ['aux'], wrongShape: ['conv2d_1a'] }
    const { loaded, tensors } = take(jobOf(own.description, null, expected), found(off))
    expect(tensors).toHaveLength(rest.length)
    expect(loaded).toMatchObject({ took: 'everything', missing: [first.name], unexpected: ['aux.fc.weight'] })
    expect(loaded.wrongShape).toEqual(error.wrongShape)
    expect(misfit(jobOf(own.description, null, { ...expected, missing: [] }), found(off)).unexpected).toEqual(
      [],
    )
  })

  test('twice the same network', () => {
    const both = ['student.', 'teacher.'].flatMap((who) => {
      return ofClasses(3).map((tensor) => ({ ...tensor, name: who + tensor.name }))
    })
    expect(() => take(own, found(both))).toThrow(
      'Cannot start from "/somewhere/weights.pt": it holds this network 2 times, under "student.", "teacher.". Save',
    )
  })
})

describe('what is taken', () => {
  test('everything, where the head fits: with a prefix, and without counters of batches', () => {
    const state = ofClasses(3).filter(({ dtype }) => dtype !== 'int64')
    const prefixed = state.map((tensor) => ({ ...tensor, name: `module.${tensor.name}` }))
    for (const tensors of [state, prefixed]) {
      const taken = take(own, found(tensors))
      expect(taken.tensors.map(({ name }) => name)).toEqual(state.map(({ name }) => name))
      expect(taken.loaded).toMatchObject({ file: FILE, took: 'everything', missing: [], unexpected: [] })
      expect(taken.loaded.message).toBe(
        'All weights of "/somewhere/weights.pt" were taken; their classes count as these identities in their order.',
      )
    }
  })

  test('the trunk and the embedding, where the file has other classes', () => {
    const { tensors, loaded } = take(own, found(ofClasses(8)))
    expect(tensors.map(({ name }) => name)).toContain('last_linear.weight')
    expect(loaded).toMatchObject({ took: 'belowLogits', unexpected: ['logits.weight', 'logits.bias'] })
    expect(loaded.message).toBe(
      'The trunk and the embedding of "/somewhere/weights.pt" were taken; the logits start from random weights, ' +
        'since that of the file has 8 classes.',
    )
  })

  test('by a head of cosines: all of its own kind, the embedding of any other with one, else the trunk', () => {
    const job = cosineJob()
    expect(take(job, found(zeros(cosines(3)))).loaded).toMatchObject({ took: 'everything', unexpected: [] })
    const reasons: [StateTensor[], string, string][] = [
      [zeros(cosines(8)), 'belowLogits', 'that of the file has 8 classes'],
      [ofClasses(8), 'belowLogits', 'that of the file has 8 classes'],
      // As many dot products with a bias are no cosines.
      [ofClasses(3), 'belowLogits', 'the file has none that fits'],
      [zeros(inceptionResnetV1(3, [16])), 'trunk', 'the file has none that fits'],
    ]
    for (const [tensors, took, reason] of reasons) {
      const { loaded } = take(job, found(tensors))
      expect(loaded).toMatchObject({ took, message: expect.stringContaining(`since ${reason}.`) })
    }
    expect(take(own, found(zeros(cosines(3)))).loaded).toMatchObject({
      took: 'belowLogits',
      message: expect.stringContaining('since the file has none that fits.'),
    })
    const embedded = [...ofClasses(8).filter(({ name }) => !/^l/.test(name)), named('embedding.0.weight')]
    expect(take(dense, found(embedded)).loaded).toMatchObject({ unexpected: ['embedding.0.weight'] })
  })

  test('the trunk, where the head is another, whatever head the file has', () => {
    const heads = [
      ofClasses(8),
      zeros(inceptionResnetV1(3, [16])),
      ofClasses(8).filter(({ name }) => !/^l/.test(name)),
    ]
    const reasons = [
      'that of the file has 8 classes',
      'the file has none that fits',
      'the file has none that fits',
    ]
    heads.forEach((head, index) => {
      const { tensors, loaded } = take(dense, found(head))
      expect(tensors.map(({ name }) => name)).toEqual(
        head.map(({ name }) => name).filter((name) => !/^(?:l|head)/.test(name)),
      )
      expect(loaded.took).toBe('trunk')
      expect(loaded.message).toContain(`the head starts from random weights, since ${reasons[index]}.`)
    })
  })

  test("the trunk, where layers stand in the place of the network's own head", () => {
    const other = ['logits.1.weight', 'last_linear.0.weight', 'n_averaged'].map(named)
    const { loaded } = take(dense, found([...ofClasses(8).filter(({ name }) => !/^l/.test(name)), ...other]))
    expect(loaded).toMatchObject({ took: 'trunk', unexpected: other.map(({ name }) => name) })
  })

  test('nothing is not enough, even where all is expected to be missing', () => {
    const expected = { missing: own.description.layers.map(({ name }) => name) }
    expect(() => take(jobOf(own.description, null, expected), found([named('n_averaged')]))).toThrow(
      'it has no weight that this network takes',
    )
  })

  test("of published weights and of a list: the run's line names them", () => {
    const published = pretrainedWeights[0] as (typeof pretrainedWeights)[number]
    const job = {
      ...own,
      classifier: { ...own.classifier, pretrained: pretrainedOf('inceptionResnetV1', 'vggface2', {}) },
    }
    // As many classes as the job has identities are other classes all the same.
    expect(take(job, found(ofClasses(3), { published })).loaded).toMatchObject({
      took: 'belowLogits',
      message: expect.stringMatching(
        /^The trunk .* of "vggface2" were taken; .*, since these weights know the 8631 classes of VGGFace2\.$/,
      ),
    })
    expect(take(own, found(ofClasses(8), { file: null })).loaded.message).toMatch(
      / of the tensors given were taken/,
    )
  })
})
