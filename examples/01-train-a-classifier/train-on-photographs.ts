// The job on real photographs: a folder an identity in; a trained classifier, its curves and its predictions out.

import { join } from 'node:path'
import { FaceDataset, type Predictor, scoreSubmission } from '@facecls/torch'
import { describeFaces } from '../shared/describe-faces.js'
import { follow } from '../shared/follow.js'
import { shownPath } from '../shared/shown-path.js'
import { formatTable, percent } from '../shared/table.js'
import { checkTest, type TestPhotographs } from '../shared/test-photographs.js'
import { closingLines } from './closing.js'
import { divide } from './divide.js'
import type { Job } from './job.js'
import { accuracyColumns, measure, type Trained } from './measure.js'
import { photographDefaults as defaults } from './option-table.js'
import type { Options } from './options.js'
import { type Recipe, startTraining } from './recipe.js'

export async function trainOnPhotographs(job: Job, data: string): Promise<void> {
  const { options, output, terminal, signal } = job
  const faces = await FaceDataset.fromFolder(data, { signal })
  describeFaces(faces, data, terminal)
  const test = await testOf(options, faces, signal)
  const recipe = recipeOf(options)
  terminal.line(startLine(options))
  const parts = divide(faces, recipe.seed)
  const result = await follow(await startTraining(parts, recipe, { output, signal }), terminal)
  try {
    if (result.reason === 'completed') terminal.line(await accuracies(job, { result, parts }, test))
  } finally {
    terminal.line(closingLines(result).join('\n'))
  }
}

async function accuracies(job: Job, trained: Trained, test: TestPhotographs | null): Promise<string> {
  let testTop1: number | null = null
  const { train, val } = await measure(trained, job, async (predictor) => {
    if (test !== null) testTop1 = await predictTest(job, predictor, test)
  })
  const row = [
    `${trained.parts.train.classes.length} identities`,
    percent(train),
    percent(val),
    percent(testTop1),
  ]
  return `\n${formatTable(accuracyColumns, [row])}\n`
}

function recipeOf(options: Options): Recipe {
  const weights = options.weights ?? null
  return {
    weights,
    freeze: weights === null ? 'none' : (options.freeze ?? 'report'),
    head: options.head ?? defaults.head,
    schedule: options.schedule ?? defaults.schedule,
    epochs: options.epochs ?? defaults.epochs,
    batchSize: options.batchSize ?? defaults.batchSize,
    size: options.size ?? defaults.size,
    cropScale: options.cropScale ?? defaults.cropScale,
    cache: options.cache ?? defaults.cache,
    learningRate: options.learningRate ?? defaults.learningRate,
    device: options.device ?? defaults.device,
    precision: options.precision ?? defaults.precision,
    seed: options.seed ?? defaults.seed,
  }
}

function startLine({ weights, freeze }: Options): string {
  if (weights !== undefined) return `Starting from the weights ${shownPath(weights)}.`
  const instead =
    freeze === 'report'
      ? ', and --freeze report is left aside: layers that know nothing are not worth keeping'
      : ''
  return `No --weights: all layers learn from random weights${instead}.`
}

async function testOf(
  { test: folder, testLabels: answers, sampleSubmission }: Options,
  faces: FaceDataset,
  signal: AbortSignal,
): Promise<TestPhotographs | null> {
  return folder === undefined ? null : checkTest({ folder, answers, sampleSubmission }, faces, signal)
}

/** Writes the CSV; returns the test's top-1 where there are answers. */
async function predictTest(
  job: Job,
  predictor: Predictor,
  { folder, byFolders, answers, sampleSubmission: template }: TestPhotographs,
): Promise<number | null> {
  const { terminal, signal } = job
  const output = join(job.output, 'submission.csv')
  const { rows, skipped, extra } = await predictor.writeSubmission(folder, {
    output,
    signal,
    onProgress: ({ done, total }) => terminal.progress({ label: 'Predicting', done, total }),
    ...(template === undefined ? {} : { template }),
  })
  terminal.line(`${rows} rows for ${shownPath(folder)} are in ${shownPath(output)}.`)
  if (extra.count > 0) terminal.line(`Not predicted, since no row asks for them: ${extra.count} photographs`)
  for (const { reason } of skipped) terminal.line(`Not predicted: ${reason}`)
  if (byFolders) {
    const labelled = await FaceDataset.fromFolder(folder, { signal })
    return (await predictor.evaluate(labelled, { signal })).top1
  }
  return answers === undefined ? null : (await scoreSubmission(output, answers)).top1
}
