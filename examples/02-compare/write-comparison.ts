// The files that a comparison ends with: figures, tables, and a text that shows them.

import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TrainingData } from '@facecls/torch'
import type { Job } from './job.js'
import { markdownTable } from './markdown.js'
import { type Network, networks, runFolder } from './networks.js'
import type { Options } from './options.js'
import { save } from './remember.js'
import { type Compared, table2, table2Csv, table3, table3Csv, trainingTable } from './tables.js'

/** 'figure-1-resnet50' of the first network. */
export function figureName({ slug }: Network): string {
  return `figure-${networks.findIndex((network) => network.slug === slug) + 1}-${slug}`
}

/** The curves of a run under the name of its figure; they are there as soon as the network is done. */
export async function writeFigure(output: string, network: Network): Promise<void> {
  for (const type of ['svg', 'png'])
    await copyFile(
      join(runFolder(output, network), `curves.${type}`),
      join(output, `${figureName(network)}.${type}`),
    )
}

/** Returns the names of the files. */
export async function writeComparison(
  job: Job,
  parts: TrainingData,
  compared: readonly Compared[],
): Promise<string[]> {
  const files: [name: string, content: string][] = [
    ['comparison.md', comparisonText(job, parts, compared)],
    ['table-2.csv', table2Csv(compared)],
  ]
  if (table3(compared) !== null) files.push(['table-3.csv', table3Csv(compared)])
  for (const [name, content] of files) await save(join(job.output, name), content)
  return files.map(([name]) => name)
}

/** Markdown, with the figures beside it. */
export function comparisonText(
  { options }: Pick<Job, 'options'>,
  parts: TrainingData,
  compared: readonly Compared[],
): string {
  const scores = table3(compared)
  const tables = [trainingTable(compared), table2(compared), ...(scores === null ? [] : [scores])]
  const names = compared.map(({ network }) => network.displayName)
  const sections = [
    `# ${names.slice(0, -1).join(', ')} and ${names.at(-1)} compared`,
    introduction(options, parts),
    ...tables.flatMap((table) => [`${table.caption}.`, markdownTable(table)]),
    ...compared.flatMap(({ network }, index) => {
      const title = `Figure ${index + 1}. ${network.displayName}: loss and top-1 accuracy by epoch`
      return [`![${title}](${figureName(network)}.svg)`, `${title}.`]
    }),
  ]
  return `${sections.join('\n\n')}\n`
}

function introduction({ data, scale, seed, batchSize }: Options, { train, val }: TrainingData): string {
  const photographs = `${train.length + val.length} photographs of ${train.classes.length} identities`
  const sentences = [
    `${data === undefined ? `${photographs}, drawn by this program,` : photographs} were split at random with seed ${seed}: ` +
      `${train.length} train and ${val.length} validate, the same for all networks.`,
    `Batches of ${batchSize}.`,
  ]
  if (scale < 1)
    sentences.push(
      `Epochs and image sizes are ${scale} of the report's, so that its accuracies are not to be expected.`,
    )
  return sentences.join(' ')
}
