// The comparison: one network after the other on the same split, then figures, tables and submissions.

import type { Trainer, TrainingData } from '@facecls/torch'
import { shownPath } from '../shared/shown-path.js'
import { formatTable, percent } from '../shared/table.js'
import type { Call, Job } from './job.js'
import { measureOnce, score } from './measure.js'
import { bestModel, type Network, networks, trainerOf } from './networks.js'
import { openOutputFolder } from './output-folder.js'
import { photographSource } from './photographs.js'
import { type Compared, type Table, table2, table3 } from './tables.js'
import { trainOnce } from './train.js'
import { findWeights } from './weights.js'
import { writeComparison, writeFigure } from './write-comparison.js'

export async function compare(call: Call): Promise<void> {
  const { options, terminal } = call
  const { seed, scale, batchSize, precision } = options
  const weights = await findWeights(options.from)
  const source = await photographSource(call)
  const settings = { photographs: source.known, from: weights, seed, scale, batchSize, precision }
  const output = await openOutputFolder(options.output, settings)
  try {
    const goes = output.goesOn ? 'Going on in' : 'Everything goes into'
    terminal.line(`${goes} ${shownPath(output.folder)}; after a stop the same command goes on there.`)
    const photographs = await source.load(output.folder)
    await compareIn({ ...call, ...photographs, output: output.folder, weights })
  } finally {
    await output.release()
  }
}

async function compareIn(job: Job): Promise<void> {
  const { terminal, faces, options } = job
  const plans = networks.map((network): Plan => {
    const weights = job.weights[network.slug] ?? null
    return { network, weights, trainer: trainerOf(network, faces, weights, options) }
  })
  const [{ trainer }] = plans as [Plan]
  const { train, val } = trainer.data
  terminal.line(
    `Split at random, seed ${options.seed}: ${train.length} train, ${val.length} validate, the same for all three.`,
  )
  if (options.from === 'random')
    terminal.line(
      "From random weights: the report's trainings are made for pretrained ones and learn little so.",
    )
  const done: Compared[] = []
  try {
    for (const plan of plans) {
      const compared = await compareOne(job, plan)
      if (compared === null) return
      done.push(compared)
    }
    await tell(job, trainer.data, done)
  } finally {
    if (job.signal.aborted) terminal.line(standing(job, done))
  }
}

interface Plan {
  network: Network
  weights: string | null
  trainer: Trainer
}

/** Returns null where its training was stopped. */
async function compareOne(job: Job, { network, weights, trainer }: Plan): Promise<Compared | null> {
  const { terminal, output } = job
  const { imageSize, epochs } = trainer.settings
  terminal.line(
    `\n${networks.indexOf(network) + 1} of ${networks.length}: ${network.displayName}, ${imageSize} x ${imageSize} pixels, ` +
      `${epochs === 1 ? '1 epoch' : `${epochs} epochs`}, from ${weights === null ? 'random weights' : shownPath(weights)}`,
  )
  const training = await trainOnce(job, network, trainer)
  if (training === null) return null
  const measured = await measureOnce(job, network, trainer.data)
  const accuracies = [
    `train ${percent(measured.train.top1)}`,
    `validation ${percent(measured.validation.top1)}`,
    ...(measured.test === null ? [] : [`test ${percent(measured.test.top1)}`]),
  ]
  terminal.line(`${network.displayName}, epoch ${training.bestEpoch}: top-1 ${accuracies.join(', ')}.`)
  await writeFigure(output, network)
  return { network, training, measured, score: await score(job, network) }
}

async function tell(job: Job, parts: TrainingData, compared: readonly Compared[]): Promise<void> {
  const { terminal, output, test } = job
  const files = await writeComparison(job, parts, compared)
  const scores = table3(compared)
  for (const table of [table2(compared), ...(scores === null ? [] : [scores])]) terminal.line(asText(table))
  const best = compared.reduce((a, b) => (b.measured.validation.top1 > a.measured.validation.top1 ? b : a))
  const model = shownPath(bestModel(output, best.network))
  terminal.line(`\nThe best on the validation is ${best.network.displayName}: ${model}`)
  const submissions = test === null ? '' : ', submission-<network>.csv'
  terminal.line(
    `In ${shownPath(output)}: ${files.join(', ')}, figure-<1 to 3>-<network> (.svg, .png)${submissions}.`,
  )
}

function asText({ caption, head, rows }: Table): string {
  return `\n${caption}\n\n${formatTable(head, rows)}`
}

function standing({ output }: Job, done: readonly Compared[]): string {
  const names = done.map(({ network }) => network.displayName)
  const finished = names.length === 0 ? 'No network is done yet' : `Done: ${names.join(', ')}`
  return `${finished}. All of it is in ${shownPath(output)}; the same command goes on there.`
}
