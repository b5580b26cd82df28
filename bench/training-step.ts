// How many photographs a second a training step takes from the pack, augmentation included. A fresh process each run:
//   npm run -s bench:step -- --network inceptionResnetV1 --size 160 --batch-size 32 --freeze nothing --classes 7000
// --freeze: nothing, trunk, or the number of last layers that learn, with the report's head. --precision: auto, float32,
// bfloat16. --device: cpu, cuda, auto.
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { Augmentation } from '../lib/index.js'
import { chooseDevice, choosePrecision, type Device, type Precision } from '../lib/inference/index.js'
import {
  architectures,
  classifierHead,
  freeze,
  headSpec,
  mlpHead,
  resolveTrainable,
} from '../lib/model/index.js'
import { type ArchitectureName, native } from '../lib/native/index.js'

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'inceptionResnetV1' },
    size: { type: 'string', default: '160' },
    'batch-size': { type: 'string', default: '32' },
    freeze: { type: 'string', default: 'nothing' },
    classes: { type: 'string', default: '7000' },
    steps: { type: 'string', default: '10' },
    precision: { type: 'string', default: 'auto' },
    device: { type: 'string', default: 'cpu' },
  },
})
const architecture = values.network as ArchitectureName
const [size, batchSize, classes, steps] = [
  values.size,
  values['batch-size'],
  values.classes,
  values.steps,
].map(Number) as [number, number, number, number]
const WARM_UP = 4 // oneDNN makes its kernels in the first steps; a GPU is given the pack in the second

function policy() {
  if (values.freeze === 'nothing') return freeze.nothing()
  return values.freeze === 'trunk' ? freeze.trunk() : freeze.allButLast(Number(values.freeze))
}

const addon = native('training')
const device = chooseDevice(values.device as Device, addon.computeInfo())
const precision = choosePrecision(values.precision as Precision, device, addon.computeInfo()).name
const head = values.freeze === 'nothing' ? classifierHead() : mlpHead()
const model = await addon.createModel({
  network: { architecture, head: headSpec(head, architecture, classes) },
  normalisation: architectures[architecture].normalisation,
  precision,
  device: device.name,
  seed: 1,
})
const trainer = await addon.createTrainer({
  model,
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4 },
  loss: { kind: 'cross_entropy', labelSmoothing: 0.1, classWeights: null },
  augmentation: Augmentation.standard().spec,
  clipNorm: null,
  averageDecay: null,
  seed: 1,
})
const stage = await trainer.setStage({
  groups: [{ layers: resolveTrainable(policy(), model.description), rateFactor: 1 }],
  frozenBatchNorm: 'stored',
  imageSize: size,
  batchSize,
})
const pack = addon.createPack({ count: batchSize, height: size, width: size, file: null })
for (let record = 0; record < batchSize; record++) {
  const pixels = Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * 31 + record * 7) & 255)
  await pack.write(record, pixels, size, size)
}
const indices = Int32Array.from({ length: batchSize }, (_, i) => i)
const labels = indices.map((i) => i % classes)

const rates: number[] = []
for (let step = 0; step < WARM_UP + steps; step++) {
  const began = performance.now()
  const batches = [{ batch: { kind: 'pack', pack, indices, samples: null } as const, labels }]
  await trainer.step({ batches, epoch: 0, step, learningRate: 1e-4 })
  if (step >= WARM_UP) rates.push((1000 * batchSize) / (performance.now() - began))
}
rates.sort((a, b) => a - b)
const result = {
  ...{ network: architecture, size, batchSize, freeze: values.freeze, classes, steps, precision },
  device: device.name,
  prefix: stage.prefix,
  imagesPerSecond: { median: rates[Math.floor(steps / 2)], slowest: rates[0], fastest: rates.at(-1) },
  processor: cpus()[0]?.model,
  threads: addon.computeInfo().threads,
  torch: addon.computeInfo().torchVersion,
}
console.log(JSON.stringify(result, null, 2))
for (const object of [trainer, model, pack]) object.close()
