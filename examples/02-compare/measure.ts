// What a trained network is worth: accuracies of its best checkpoint, and its submission with its score.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type FaceDataset, Predictor, type SubmissionScore, scoreSubmission } from '@facecls/torch'
import { stringify } from 'csv-stringify/sync'
import { shownPath } from '../shared/shown-path.js'
import type { Job, Test } from './job.js'
import { bestModel, type Network, runFolder, submissionFile } from './networks.js'
import { digest } from './output-folder.js'
import { recall, remember, save } from './remember.js'

/** Shares in [0, 1]. */
export interface Accuracy {
  top1: number
  top5: number
}

/** In eval mode, without augmentation. */
export interface Measured {
  train: Accuracy
  validation: Accuracy
  /** null: nobody says the identities of the test, or there is none. */
  test: Accuracy | null
}

interface Remembered extends Measured {
  /** What was predicted, by which a measurement is known again. */
  of: string
}

/** Measures and predicts; a measurement of the same test is not done again. */
export async function measureOnce(
  job: Job,
  network: Network,
  data: { train: FaceDataset; val: FaceDataset },
): Promise<Measured> {
  const file = join(runFolder(job.output, network), 'measured.json')
  const of = await knownBy(job.test)
  const earlier = await recall<Remembered>(file)
  if (earlier?.of === of && (job.test === null || existsSync(submissionFile(job.output, network))))
    return earlier
  const { options, signal, terminal } = job
  const predictor = await Predictor.open(bestModel(job.output, network), { device: options.device, signal })
  try {
    const accuracy = async (label: string, faces: FaceDataset): Promise<Accuracy> => {
      const onProgress = ({ done, total }: { done: number; total: number }): void =>
        terminal.progress({ label: `Measuring ${network.displayName}, ${label}`, done, total })
      const { top1, top5 } = await predictor.evaluate(faces, { signal, onProgress })
      return { top1, top5 }
    }
    const { test } = job
    const measured: Measured = {
      // A test that came later changes neither.
      train: earlier?.train ?? (await accuracy('training', data.train)),
      validation: earlier?.validation ?? (await accuracy('validation', data.val)),
      test: test === null || test.labelled === null ? null : await accuracy('test', test.labelled),
    }
    if (test !== null) await predict(job, network, predictor, test)
    await remember(file, { of, ...measured })
    return measured
  } finally {
    await predictor.close()
  }
}

async function predict(job: Job, network: Network, predictor: Predictor, test: Test): Promise<void> {
  const { terminal, signal } = job
  const output = submissionFile(job.output, network)
  const { rows, skipped, extra } = await predictor.writeSubmission(test.folder, {
    output,
    signal,
    onProgress: ({ done, total }) =>
      terminal.progress({ label: `Predicting with ${network.displayName}`, done, total }),
    ...(test.sampleSubmission === undefined ? {} : { template: test.sampleSubmission }),
  })
  terminal.line(`${rows} predictions are in ${shownPath(output)}.`)
  if (extra.count > 0) terminal.line(`Not predicted, since no row asks for them: ${extra.count} photographs`)
  for (const { reason } of skipped) terminal.line(`Not predicted: ${reason}`)
}

/** The score of a network's submission, or null where there are no answers. */
export async function score(job: Job, network: Network): Promise<SubmissionScore | null> {
  const answers = await answersFile(job)
  return answers === null ? null : scoreSubmission(submissionFile(job.output, network), answers)
}

/** Where the folders of the test are its labels, a CSV of them in the folder of the comparison. */
async function answersFile({ test, output }: Job): Promise<string | null> {
  if (test === null) return null
  if (!test.byFolders || test.labelled === null) return test.answers ?? null
  const file = join(output, 'answers.csv')
  const { samples, classes } = test.labelled
  const rows = samples.map((sample) => [relative(test.folder, sample.file), classes[sample.label] ?? ''])
  await save(file, stringify([['id', 'label'], ...rows]))
  return file
}

async function knownBy(test: Test | null): Promise<string> {
  if (test === null) return 'no test'
  const { files, answers, sampleSubmission, byFolders } = test
  const contents = [answers, sampleSubmission].map(async (file) =>
    file === undefined ? '' : digest(await readFile(file)),
  )
  return digest(JSON.stringify([byFolders, files, await Promise.all(contents)]))
}
