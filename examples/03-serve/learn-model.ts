// A model for whoever has none: it learns a few drawn faces in about a minute, enough to see the service at work.

import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FaceDataset, Predictor, recipes } from '@facecls/torch'
import { drawPopulation, type Population } from '../shared/drawn-faces/population.js'
import { follow } from '../shared/follow.js'
import { shownPath } from '../shared/shown-path.js'
import type { Terminal } from '../shared/terminal.js'
import { calibrationFile } from './find-model.js'

/** People who are in no other example. */
const POPULATION: Population = { seed: 42, first: 201, identities: 6, labelled: 20, test: 4 }
const EPOCHS = 12
/** Pixels: the least with which InceptionResnetV1 works well. */
const SIZE = 80
/** Of some hundred pairs of photographs, more cannot be told. */
const FALSE_ACCEPTANCE_RATE = 0.02

/**
 * Draws, learns and calibrates into a folder; what an earlier attempt left there is written anew.
 *
 * @returns the bundle
 * @throws the signal's reason, or what the training throws
 */
export async function learnModel(folder: string, terminal: Terminal, signal: AbortSignal): Promise<string> {
  terminal.line(
    `No model is given and none is under ${shownPath(join(folder, '..'))}: a small one learns ` +
      `${POPULATION.identities} drawn faces now, in about a minute.`,
  )
  const onDrawn = (done: number, total: number): void =>
    terminal.progress({ label: 'Drawing faces', done, total })
  const drawn = await drawPopulation(join(folder, 'faces'), POPULATION, { signal, onDrawn })
  const faces = await FaceDataset.fromFolder(drawn.labelled, { signal })
  const { train, val } = faces.split({ train: 0.75, val: 0.25 }, { seed: POPULATION.seed })
  const output = join(folder, 'model')
  const run = recipes
    .best({ train, val }, { weights: null, seed: POPULATION.seed })
    .imageSize(SIZE)
    .batchSize(16)
    .epochs(EPOCHS)
    .cache('memory')
    .start({ output, overwrite: true, signal })
  const { best, reason } = await follow(run, terminal)
  if (reason === 'aborted') {
    // The next start would take half a model for a whole one.
    await rm(output, { recursive: true })
    signal.throwIfAborted()
  }
  await calibrate(best, val, output)
  terminal.line(
    `Photographs to try are in ${shownPath(drawn.test)}; answers.csv beside it says who they are.`,
  )
  return best
}

async function calibrate(model: string, val: FaceDataset, output: string): Promise<void> {
  const predictor = await Predictor.open(model)
  try {
    const calibration = await predictor.calibrate(val, { falseAcceptanceRate: FALSE_ACCEPTANCE_RATE })
    await writeFile(calibrationFile(output), `${JSON.stringify(calibration, null, 2)}\n`)
  } finally {
    await predictor.close()
  }
}
