// The job on real photographs: a folder an identity in; a trained classifier, its curves and its predictions out.

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { checkTemplate, FaceDataset, type Predictor, scoreSubmission } from '@facecls/torch'
import { closingLines, shownPath } from './closing.js'
import { divide } from './divide.js'
import { follow } from './follow.js'
import type { Job } from './job.js'
import { accuracyColumns, measure, type Trained } from './measure.js'
import { photographDefaults as defaults } from './option-table.js'
import type { Options } from './options.js'
import { printable } from './printable.js'
import { type Recipe, startTraining } from './recipe.js'
import { formatTable, percent } from './table.js'
import type { Terminal } from './terminal.js'

/** What the test folder is: labelled by its folders, or to be predicted into a CSV. */
interface TestPhotographs {
  folder: string
  labelled: FaceDataset | null
}

export async function trainOnPhotographs(job: Job, data: string): Promise<void> {
  const { options, output, terminal, signal } = job
  const faces = await FaceDataset.fromFolder(data, { signal })
  describe(faces, data, terminal)
  const test = await checkTest(options, faces, signal)
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

/** Counts, and the files that are no photographs by their names. */
function describe(faces: FaceDataset, data: string, terminal: Terminal): void {
  terminal.line(`${faces.length} photographs of ${faces.classes.length} identities in ${data}.`)
  const { ignored } = faces
  if (ignored.length === 0) return
  const most = 10
  const more = ignored.length > most ? `, and ${ignored.length - most} more` : ''
  terminal.line(
    `Ignored, without an image's extension or hidden: ${ignored.slice(0, most).map(shownPath).join(', ')}${more}.`,
  )
}

/** Reads what can be read of the test before hours of training, so that a wrong path costs seconds. */
async function checkTest(
  options: Options,
  faces: FaceDataset,
  signal: AbortSignal,
): Promise<TestPhotographs | null> {
  const { test: folder, testLabels, sampleSubmission } = options
  if (folder === undefined) return null
  const byFolders = testLabels === undefined && (await holdsFolders(folder))
  const photographs = byFolders
    ? await FaceDataset.fromFolder(folder, { signal })
    : await FaceDataset.unlabelled(folder, { signal })
  const files = photographs.samples.map(({ file }) => file)
  if (sampleSubmission !== undefined) await checkTemplate(sampleSubmission, files)
  if (testLabels !== undefined) await checkTemplate(testLabels, files)
  if (byFolders) refuseStrangers(photographs, faces, folder)
  return { folder, labelled: byFolders ? photographs : null }
}

function refuseStrangers(test: FaceDataset, faces: FaceDataset, folder: string): void {
  const known = new Set(faces.classes)
  const strangers = test.classes.filter((name) => !known.has(name))
  if (strangers.length === 0) return
  const first = strangers.slice(0, 3).map(printable).join(', ')
  throw new Error(
    `${strangers.length} identities in ${shownPath(folder)} are not among those to learn: ${first}. ` +
      'Remove their folders, or give a flat folder to predict.',
  )
}

async function holdsFolders(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => []) // the library words what is wrong with the folder
  for (const name of names) {
    if (!name.startsWith('.') && (await stat(join(folder, name)).catch(() => null))?.isDirectory())
      return true
  }
  return false
}

/** Writes the CSV; returns the test's top-1 where there are answers. */
async function predictTest(
  job: Job,
  predictor: Predictor,
  { folder, labelled }: TestPhotographs,
): Promise<number | null> {
  const { options, terminal, signal } = job
  const output = join(job.output, 'submission.csv')
  const { sampleSubmission: template, testLabels } = options
  const { rows, skipped } = await predictor.writeSubmission(folder, {
    output,
    signal,
    onProgress: ({ done, total }) => terminal.progress({ label: 'Predicting', done, total }),
    ...(template === undefined ? {} : { template }),
  })
  terminal.line(`${rows} rows for ${shownPath(folder)} are in ${shownPath(output)}.`)
  for (const { reason } of skipped) terminal.line(`Not predicted: ${reason}`)
  if (labelled !== null) return (await predictor.evaluate(labelled, { signal })).top1
  return testLabels === undefined ? null : (await scoreSubmission(output, testLabels)).top1
}
