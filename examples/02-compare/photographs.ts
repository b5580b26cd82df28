// The photographs that are compared on: a user's, or drawn ones.

import { access } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { FaceDataset, readTemplate } from '@facecls/torch'
import { stringify } from 'csv-stringify/sync'
import { describeFaces } from '../shared/describe-faces.js'
import { drawPopulation, type Population } from '../shared/drawn-faces/population.js'
import { shownPath } from '../shared/shown-path.js'
import { checkTest, labelledTest, type TestOptions } from '../shared/test-photographs.js'
import type { Call, Photographs } from './job.js'
import { scaledCount } from './networks.js'
import type { Options } from './options.js'
import { digest } from './output-folder.js'
import { save } from './remember.js'

export interface Source {
  /** What they are known by, as JSON. */
  readonly known: object
  /** Lists them; draws them into the folder of the comparison where they are not there. */
  load(output: string): Promise<Photographs>
}

export async function photographSource(call: Call): Promise<Source> {
  const { data } = call.options
  return data === undefined ? drawnSource(call) : listedSource(call, data)
}

async function listedSource({ options, terminal, signal }: Call, data: string): Promise<Source> {
  const folder = resolve(data)
  const faces = await FaceDataset.fromFolder(folder, { signal })
  describeFaces(faces, data, terminal)
  const { test, answers, sampleSubmission } = options
  const photographs = {
    faces,
    test:
      test === undefined ? null : await openTest({ folder: test, answers, sampleSubmission }, faces, signal),
  }
  const files = faces.samples.map(({ file }) => relative(folder, file))
  return {
    known: { folder, count: faces.length, files: digest(files.join('\n')) },
    load: async () => photographs,
  }
}

async function openTest(
  options: TestOptions,
  faces: FaceDataset,
  signal: AbortSignal,
): Promise<Photographs['test']> {
  const test = await checkTest(options, faces, signal)
  return { ...test, labelled: await labelledTest(test, faces, signal) }
}

/** Fewer identities at a smaller scale; of each 20 photographs with labels, and 5 to predict. */
export function drawnPopulation({ scale, seed }: Pick<Options, 'scale' | 'seed'>): Population {
  return { seed, first: 1, identities: scaledCount(24, scale, 4), labelled: 20, test: 5 }
}

function drawnSource(call: Call): Source {
  const population = drawnPopulation(call.options)
  return {
    known: { drawn: population },
    load: (output) => loadDrawn(call, population, join(output, 'faces')),
  }
}

async function loadDrawn(
  { terminal, signal }: Call,
  population: Population,
  folder: string,
): Promise<Photographs> {
  const { identities, labelled, test } = population
  const solution = join(folder, 'solution.csv') // written last: where it is, all is
  const isThere = await access(solution).then(
    () => true,
    () => false,
  )
  if (!isThere) {
    const onDrawn = (done: number, total: number): void =>
      terminal.progress({ label: 'Drawing faces', done, total })
    const { answers } = await drawPopulation(folder, population, { signal, onDrawn })
    await save(solution, await withUsage(answers))
  }
  terminal.line(
    `No --data: ${identities} identities are drawn into ${shownPath(folder)}, ` +
      `${labelled} labelled photographs and ${test} test photographs of each.`,
  )
  const faces = await FaceDataset.fromFolder(join(folder, 'labelled'), { signal })
  const drawn = {
    folder: join(folder, 'test'),
    answers: solution,
    sampleSubmission: join(folder, 'sample_submission.csv'),
  }
  return { faces, test: await openTest(drawn, faces, signal) }
}

/** A third of the answers count in the public score, as on Kaggle; their order tells nothing. */
async function withUsage(answers: string): Promise<string> {
  const { columns, rows } = await readTemplate(answers)
  const usages = rows.map((row, index) => [...row, index % 3 === 0 ? 'Public' : 'Private'])
  return stringify([[...columns, 'Usage'], ...usages])
}
