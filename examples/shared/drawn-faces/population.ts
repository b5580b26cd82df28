// Two populations of drawn people with no one in both, written as a data set comes: labelled folders, a flat test folder,
// a sample submission, and the answers apart from all of it.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hash } from './draws.js'
import { takePhotograph } from './photograph.js'

export interface Population {
  seed: number
  /** The number of the first person; each number is another person. */
  first: number
  identities: number
  /** Labelled photographs of each. */
  labelled: number
  /** Photographs of each in the test folder. */
  test: number
}

export interface PopulationFolders {
  labelled: string // labelled/<identity>/01.jpg
  test: string // test/0001.jpg, in an order that tells nothing
  answers: string // id,label
  sampleSubmission: string // id,label with one label for all
  /** What answers.csv says. */
  tests: readonly { file: string; label: string }[]
}

interface Shot {
  identity: number
  photograph: number
  file: string
}

// As many as keep two cores busy while others wait for the disk.
const atOnce = 4

/**
 * Draws and writes the photographs of a population.
 *
 * @throws what the file system throws, and the signal's reason where it is aborted
 */
export async function drawPopulation(
  folder: string,
  population: Population,
  progress: { signal: AbortSignal; onDrawn: (done: number, total: number) => void },
): Promise<PopulationFolders> {
  const folders = {
    labelled: join(folder, 'labelled'),
    test: join(folder, 'test'),
    answers: join(folder, 'answers.csv'),
    sampleSubmission: join(folder, 'sample_submission.csv'),
  }
  const tests = testShots(folders.test, population)
  const shots = [...labelledShots(folders.labelled, population), ...tests]
  await mkdir(folders.test, { recursive: true })
  for (const identity of numbers(population))
    await mkdir(join(folders.labelled, identityName(identity)), { recursive: true })
  const total = shots.length
  let done = 0
  const draw = async (): Promise<void> => {
    for (let shot = shots.pop(); shot !== undefined; shot = shots.pop()) {
      progress.signal.throwIfAborted()
      await writeFile(shot.file, await takePhotograph(population.seed, shot.identity, shot.photograph))
      progress.onDrawn(++done, total)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, draw))
  await writeFile(folders.answers, csv(tests.map(({ identity }) => identityName(identity))))
  await writeFile(folders.sampleSubmission, csv(tests.map(() => identityName(population.first))))
  return { ...folders, tests: tests.map(({ file, identity }) => ({ file, label: identityName(identity) })) }
}

/** 'p007' for person 7. */
export function identityName(identity: number): string {
  return `p${String(identity).padStart(3, '0')}`
}

function numbers({ first, identities }: Population): number[] {
  return Array.from({ length: identities }, (_, i) => first + i)
}

function labelledShots(folder: string, population: Population): Shot[] {
  return numbers(population).flatMap((identity) =>
    Array.from({ length: population.labelled }, (_, photograph) => ({
      identity,
      photograph,
      file: join(folder, identityName(identity), `${String(photograph + 1).padStart(2, '0')}.jpg`),
    })),
  )
}

/** The photographs after the labelled ones, shuffled by a hash. */
function testShots(folder: string, population: Population): Shot[] {
  const { seed, labelled, test } = population
  return numbers(population)
    .flatMap((identity) => Array.from({ length: test }, (_, i) => ({ identity, photograph: labelled + i })))
    .map((shot) => ({ ...shot, order: hash(seed, 'test', shot.identity, shot.photograph) }))
    .sort((a, b) => a.order - b.order)
    .map(({ identity, photograph }, i) => ({ identity, photograph, file: join(folder, testName(i)) }))
}

function testName(index: number): string {
  return `${String(index + 1).padStart(4, '0')}.jpg`
}

function csv(labels: readonly string[]): string {
  return ['id,label', ...labels.map((label, i) => `${testName(i)},${label}`), ''].join('\n')
}
