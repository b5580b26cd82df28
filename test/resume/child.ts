// A process that trains, to be killed: MobileNetV2 at 64 pixels, a checkpoint after every step. Prints a line for each step, each
// checkpoint once it is whole, and the end.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Augmentation, FaceDataset } from '../../lib/data/index.js'
import { FaceClassifier } from '../../lib/face-classifier.js'
import { type Run, reduceLROnPlateau, Trainer } from '../../lib/training/index.js'

const [photographs, output, epochs, keep] = process.argv.slice(2) as [string, string, string, string]

async function begun(): Promise<Run> {
  const parts = (await FaceDataset.fromFolder(photographs)).split({ train: 2 / 3, val: 1 / 3 })
  return FaceClassifier.mobilenetV2({ classes: parts.train })
    .trainer(parts)
    .augment(Augmentation.standard().mixup())
    .averageWeights(0.9)
    .schedule(reduceLROnPlateau({ patience: 1 }))
    .imageSize(64)
    .batchSize(4)
    .epochs(Number(epochs))
    .device('cpu')
    .checkpoints({ everySteps: 1, keep: Number(keep) })
    .start({ output })
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const goesOn = existsSync(join(output, 'checkpoints'))
const controller = new AbortController()
process.on('SIGTERM', () => controller.abort())
const run = goesOn ? await Trainer.resume(output, { signal: controller.signal }) : await begun()
for await (const event of run.events()) {
  if (event.type === 'checkpoint' && event.kind === 'resume') tell({ checkpoint: event.file })
  else if (event.type === 'resumed') tell({ resumed: event.file, step: event.globalStep })
  else if (event.type === 'warning') tell({ warning: event.code })
  else if (event.type === 'step') tell({ step: event.globalStep, loss: event.loss })
}
tell({ end: (await run.finished).reason })
