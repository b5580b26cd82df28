// The job without photographs: draws two populations, learns one on all layers, and the other by transfer from it.

import { join } from 'node:path'
import { FaceDataset, scoreSubmission } from '@facecls/torch'
import { drawPopulation, type Population, type PopulationFolders } from '../shared/drawn-faces/population.js'
import { follow } from '../shared/follow.js'
import { shownPath } from '../shared/shown-path.js'
import { formatTable, percent } from '../shared/table.js'
import { closingLines } from './closing.js'
import { divide } from './divide.js'
import type { Job } from './job.js'
import { accuracyColumns, measure, type Trained } from './measure.js'
import { photographDefaults } from './option-table.js'
import { type Recipe, startTraining } from './recipe.js'
import { thumbnailAccuracy } from './thumbnail-baseline.js'

type Plan = Omit<Recipe, 'weights' | 'device' | 'precision' | 'seed'>

// Sized for six minutes on two cores, of which the training on all layers takes most.
const onAllLayers: Plan = {
  freeze: 'none',
  head: 'linear',
  schedule: 'cosine',
  epochs: 24,
  batchSize: 16,
  size: 80,
  cropScale: 0.6,
  cache: 'memory',
  learningRate: 1e-3,
}
const byTransfer: Plan = { ...onAllLayers, freeze: 'report', head: 'report', schedule: 'plateau', epochs: 14 }

export async function showTransfer(job: Job): Promise<void> {
  const { options, output, terminal } = job
  const seed = options.seed ?? photographDefaults.seed
  terminal.line(`No --data: two populations of faces are drawn into ${shownPath(join(output, 'faces'))}.`)
  const drawnA = await draw(job, 'a', { seed, first: 1, identities: 24, labelled: 20, test: 0 })
  const drawnB = await draw(job, 'b', { seed, first: 101, identities: 24, labelled: 20, test: 5 })

  terminal.line('\nTraining 1 of 2: identities A. No --weights: all layers learn from random weights.')
  const a = await train(job, 'a', drawnA, recipe(job, onAllLayers, null))
  if (a.result.reason === 'aborted') return terminal.line(closingLines(a.result).join('\n'))

  try {
    await transfer(job, a, drawnB)
  } catch (thrown) {
    terminal.line(`Identities A are learned. ${closingLines(a.result).join('\n')}`)
    throw thrown
  }
}

/** Training 2 of 2. Ends with the lines of its own model, however it ends once it has one. */
async function transfer(job: Job, a: Trained, drawnB: PopulationFolders): Promise<void> {
  const { terminal } = job
  terminal.line(
    `\nTraining 2 of 2: identities B, none of them in A, from ${shownPath(a.result.best)} by the report's stages.`,
  )
  const b = await train(job, 'b', drawnB, recipe(job, byTransfer, a.result.best))
  try {
    if (b.result.reason === 'completed') terminal.line(await accuracies(job, a, b, drawnB))
  } finally {
    terminal.line(closingLines(b.result).join('\n'))
  }
}

async function draw(job: Job, name: string, population: Population): Promise<PopulationFolders> {
  const { output, terminal, signal } = job
  const label = `Drawing faces ${name.toUpperCase()}`
  const onDrawn = (done: number, total: number): void => terminal.progress({ label, done, total })
  const folders = await drawPopulation(join(output, 'faces', name), population, { signal, onDrawn })
  const { identities, labelled, test } = population
  terminal.line(
    `Faces ${name.toUpperCase()}: ${identities} identities, ${labelled} labelled photographs and ${test} test photographs of each.`,
  )
  return folders
}

async function train(job: Job, name: string, folders: PopulationFolders, recipe: Recipe): Promise<Trained> {
  const parts = divide(await FaceDataset.fromFolder(folders.labelled, { signal: job.signal }), recipe.seed)
  const run = await startTraining(parts, recipe, { output: join(job.output, name), signal: job.signal })
  return { parts, result: await follow(run, job.terminal) }
}

/** The plan with what the command line says instead. */
function recipe({ options }: Job, plan: Plan, weights: string | null): Recipe {
  return {
    ...plan,
    weights,
    epochs: options.epochs ?? plan.epochs,
    batchSize: options.batchSize ?? plan.batchSize,
    size: options.size ?? plan.size,
    device: options.device ?? photographDefaults.device,
    precision: options.precision ?? photographDefaults.precision,
    seed: options.seed ?? photographDefaults.seed,
  }
}

async function accuracies(job: Job, a: Trained, b: Trained, drawnB: PopulationFolders): Promise<string> {
  const { output, terminal, signal } = job
  const submission = join(output, 'submission.csv')
  const learned = await measure(a, job)
  const transferred = await measure(b, job, async (predictor) => {
    await predictor.writeSubmission(drawnB.test, {
      template: drawnB.sampleSubmission,
      output: submission,
      signal,
    })
  })
  const { top1 } = await scoreSubmission(submission, drawnB.answers)
  terminal.line(`The predictions for B's test folder are in ${shownPath(submission)}.`)
  const rows = [
    ['A, all layers from random weights', percent(learned.train), percent(learned.val), '-'],
    ['B, by transfer from A', percent(transferred.train), percent(transferred.val), percent(top1)],
    ['B, nearest 16 x 16 grey thumbnail', '-', '-', percent(await thumbnails(b, drawnB))],
  ]
  return `\n${formatTable(accuracyColumns, rows)}\n`
}

/** The baseline knows every labelled photograph, those of the validation included. */
async function thumbnails({ parts }: Trained, { tests }: PopulationFolders): Promise<number> {
  const references = [parts.train, parts.val].flatMap((part) =>
    part.samples.map(({ file, label }) => ({ file, label: part.classes[label] ?? '' })),
  )
  return thumbnailAccuracy(references, tests)
}
