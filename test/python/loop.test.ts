// Weights go from PyTorch to here and back, and give the same logits everywhere.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FaceClassifier } from '../../lib/face-classifier.js'
import {
  architectures,
  type Head,
  headSpec,
  matchState,
  readState,
  refuseMisfits,
  saveBundle,
  withoutPrefix,
} from '../../lib/model/index.js'
import type { ArchitectureName, HeadSpec, NativeModel } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { writeSafetensors } from '../../lib/weights/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { drawnFaces, newOutput } from '../training/small-training.js'
import { loop, noTorch } from './peer.js'

const COUNT = 2
const classes = ['anna', 'ben', 'carl', 'dora', 'emil']
/** Logits are at most 1 by construction; float32 differs from float64 by a tenth of this. */
const TOLERANCE = 2e-5

interface Case {
  readonly architecture: ArchitectureName
  readonly size: number
  readonly hidden: readonly number[] | null
}

const cases: readonly Case[] = [
  { architecture: 'inceptionResnetV1', size: 80, hidden: null },
  { architecture: 'inceptionResnetV1', size: 80, hidden: [8, 4] },
  { architecture: 'mobilenetV2', size: 64, hidden: null },
  { architecture: 'resnet50', size: 64, hidden: null },
]

interface Written {
  readonly folder: string
  readonly logits: readonly number[][]
  readonly halfLogits: readonly number[][]
}

const optionsOf = ({ architecture, size, hidden }: Case) => ({
  architecture,
  classes: classes.length,
  size,
  ...(hidden !== null && { hidden: hidden.join() }),
})

async function written(one: Case): Promise<Written> {
  const folder = temporaryFolder()
  const options = { ...optionsOf(one), seed: 3, count: COUNT, output: folder }
  return { folder, ...(await loop<Omit<Written, 'folder'>>('write', options)) }
}

function headOfCase({ architecture, hidden }: Case): HeadSpec {
  const head: Head =
    hidden === null
      ? { kind: 'classifier', dropout: 0 }
      : { kind: 'mlp', hidden, activation: 'leaky_relu', dropout: 0 }
  return headSpec(head, architecture, classes.length)
}

function newModel(one: Case): Promise<NativeModel> {
  const { architecture } = one
  const { normalisation } = architectures[architecture]
  const network = { architecture, head: headOfCase(one) }
  return native().createModel({ network, normalisation, precision: 'float32', device: 'cpu', seed: 9 })
}

async function load(model: NativeModel, path: string): Promise<void> {
  const { tensors } = await readState(path)
  const wanted = model.description.tensors.map(({ name }) => name)
  const match = matchState(
    withoutPrefix(tensors, wanted, (reason) => new Error(reason)),
    model.description,
  )
  refuseMisfits(match, (reason) => `${path}: ${reason}`)
  await model.load(match.load)
}

async function logitsHere(model: NativeModel, { folder }: Written, size: number): Promise<number[][]> {
  const bytes = readFileSync(join(folder, 'input.bin'))
  const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  const batch = { kind: 'tensor', data, shape: [COUNT, 3, size, size] } as const
  const [logits] = await model.forward({ batch, outputs: ['logits'], flip: false })
  const values = [...(logits?.data ?? [])]
  return Array.from({ length: COUNT }, () => values.splice(0, classes.length))
}

function expectSame(found: readonly number[][], expected: readonly number[][], what: string): void {
  const differences = expected.flatMap((row, i) =>
    row.map((value, j) => Math.abs(value - (found[i]?.[j] ?? NaN))),
  )
  expect(Math.max(...differences), what).toBeLessThan(TOLERANCE)
}

describe.each(cases)('$architecture with hidden layers $hidden', (one) => {
  test('goes from PyTorch to here, and back', async ({ skip }) => {
    skip(noTorch !== null, noTorch ?? '')
    const from = await written(one)
    const model = await newModel(one)
    for (const form of [
      'zip.pt',
      'legacy.pt',
      'checkpoint.pt',
      'channels_last.pt',
      'parameters.pt',
      'half.pt',
    ]) {
      await load(model, join(from.folder, form))
      const logits = await logitsHere(model, from, one.size)
      expectSame(logits, form === 'half.pt' ? from.halfLogits : from.logits, form)
    }
    await load(model, join(from.folder, 'zip.pt'))
    const bundle = join(from.folder, 'bundle.safetensors')
    const plain = join(from.folder, 'plain.safetensors')
    const { architecture, size: inputSize } = one
    const { normalisation } = architectures[architecture]
    const head = headOfCase(one)
    const about = {
      architecture,
      head,
      classes,
      inputSize,
      normalisation,
      metrics: {},
      recipe: null,
      versions: {},
    }
    await saveBundle(bundle, await model.state(), about)
    await writeSafetensors(plain, await model.state(), {})
    model.close()
    for (const weights of [bundle, plain]) {
      const options = { ...optionsOf(one), weights, input: join(from.folder, 'input.bin') }
      const back = await loop<{ logits: number[][]; metadata: Record<string, string> }>('logits', options)
      expectSame(back.logits, from.logits, weights)
      if (weights === bundle)
        expect(JSON.parse(back.metadata.facecls ?? '')).toMatchObject({ architecture, classes })
    }
  })
})

test('a .pt file starts a training, whose bundle gives the same logits in PyTorch', async ({ skip }) => {
  skip(noTorch !== null, noTorch ?? '')
  const one = cases[2] as Case
  const from = await written(one)
  const faces = await drawnFaces(classes, 2)
  const run = FaceClassifier.mobilenetV2({ classes })
    .pretrained(join(from.folder, 'checkpoint.pt'))
    .trainer({ train: faces, val: faces })
    .imageSize(one.size)
    .start({ output: newOutput(), signal: AbortSignal.abort() }) // before its first step
  const { last } = await run.finished
  const options = { ...optionsOf(one), weights: last, input: join(from.folder, 'input.bin') }
  const { logits } = await loop<{ logits: number[][] }>('logits', options)
  expectSame(logits, from.logits, last)
})
