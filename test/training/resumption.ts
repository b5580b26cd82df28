// Trainings that are stopped, and what has to be the same of two runs.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Augmentation, type FaceDataset } from '../../lib/data/index.js'
import { FaceClassifier } from '../../lib/face-classifier.js'
import type { Run, RunResult, Trainer } from '../../lib/training/index.js'
import { newOutput } from './small-training.js'

export interface Parts {
  readonly train: FaceDataset
  readonly val: FaceDataset
}

/** MobileNetV2 at 32 pixels in batches of four. */
export function smallMobileNet(parts: Parts, classifier?: FaceClassifier<'mobilenetV2'>): Trainer {
  const own = classifier ?? FaceClassifier.mobilenetV2({ classes: parts.train })
  const trainer = own.trainer(parts).imageSize(32).batchSize(4).device('cpu').seed(7)
  return trainer.augment(Augmentation.standard().mixup()) as unknown as Trainer
}

export const checkpointsOf = (output: string): string[] => readdirSync(join(output, 'checkpoints')).sort()

/** Starts it and stops it once so many steps are done. */
export async function stoppedAfter(
  trainer: Trainer,
  steps: number,
  output = newOutput(),
): Promise<RunResult> {
  const controller = new AbortController()
  return stopAt(trainer.start({ output, signal: controller.signal }), controller, steps)
}

export async function stopAt(run: Run, controller: AbortController, steps: number): Promise<RunResult> {
  for await (const event of run.events())
    if (event.type === 'step' && event.globalStep === steps) controller.abort()
  return run.finished
}

/** What has to be the same, bit for bit. */
export function tracesOf({ output, history, bestEpoch }: RunResult) {
  const file = (name: string): string => readFileSync(join(output, name)).toString('base64')
  return {
    history,
    bestEpoch,
    table: readFileSync(join(output, 'history.csv'), 'utf8'),
    best: file('best.safetensors'),
    last: file('last.safetensors'),
  }
}
