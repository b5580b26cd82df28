// Trainings small enough for tests: a few drawn photographs, the least image size, one or two epochs.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FaceDataset } from '../../lib/data/index.js'
import { FaceClassifier } from '../../lib/face-classifier.js'
import type { Run, RunEvent, Trainer } from '../../lib/training/index.js'
import { drawn, place } from '../data/drawn.js'
import { temporaryFolder } from '../files/temporary-folder.js'

export const imageSize = 80

/** Photographs of stripes: each identity has its direction and colour, each photograph its phase. */
export async function drawnFaces(
  identities: readonly string[],
  photographsEach: number,
  folder = temporaryFolder(),
): Promise<FaceDataset> {
  for (const [label, identity] of identities.entries()) {
    for (let phase = 0; phase < photographsEach; phase++) {
      const stripe = (x: number, y: number) => ((label % 2 ? x : y) + 2 * phase) % 12 < 6
      const png = drawn(24, 24, (x, y) => (stripe(x, y) ? [250, 40 * label, 90] : [20, 60, 40 * label]))
      place(folder, [join(identity, `${phase}.png`)], await png.png().toBuffer())
    }
  }
  return FaceDataset.fromFolder(folder)
}

/** Two identities: four photographs each to train on, two each to validate. */
export async function smallParts(
  folder = temporaryFolder(),
): Promise<{ train: FaceDataset; val: FaceDataset }> {
  return (await drawnFaces(['anna', 'ben'], 6, folder)).split({ train: 2 / 3, val: 1 / 3 })
}

/** Two steps an epoch, two epochs. */
export function smallTrainer(
  parts: { train: FaceDataset; val: FaceDataset },
  classifier?: FaceClassifier,
): Trainer {
  const own = classifier ?? FaceClassifier.inceptionResnetV1({ classes: parts.train })
  return own.trainer(parts).imageSize(imageSize).batchSize(4).epochs(2)
}

export function newOutput(): string {
  return join(temporaryFolder(), 'run')
}

export async function eventsOf(run: Run): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const event of run.events()) events.push(event)
  return events
}

/** Replaces a photograph by bytes that are none. */
export function spoil(file: string): void {
  writeFileSync(file, 'no photograph')
}
