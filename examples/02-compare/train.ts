// The training of one network, once: a run that is complete is not begun again.

import { readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type Run, TorchError, Trainer } from '@facecls/torch'
import { follow } from '../shared/follow.js'
import { shownPath } from '../shared/shown-path.js'
import type { Terminal } from '../shared/terminal.js'
import type { Job } from './job.js'
import { type Network, runFolder } from './networks.js'
import { recall, remember } from './remember.js'

/** What is remembered of a complete training in result.json of its run's folder. */
export interface Training {
  /** A name, a path, or null: random weights. */
  startedFrom: string | null
  /** Pixels a side. */
  imageSize: number
  epochs: number
  bestEpoch: number
  parameters: number
  /** Of one photograph. */
  multiplyAdds: number
  /** Training photographs a second, validation not counted. */
  imagesPerSecond: number
  /** Of all epochs with their validations; decoding before the first is not counted. */
  seconds: number
  device: string
  precision: string
}

/** Returns null where it was stopped before its end. */
export async function trainOnce(job: Job, network: Network, trainer: Trainer): Promise<Training | null> {
  const folder = runFolder(job.output, network)
  const file = join(folder, 'result.json')
  const earlier = await recall<Training>(file)
  if (earlier !== null) {
    job.terminal.line(`Trained before: ${shownPath(folder)}, best epoch ${earlier.bestEpoch}.`)
    return earlier
  }
  const run = await begunOrResumed(job, trainer, folder)
  const { reason, bestEpoch } = await follow(run, job.terminal).catch((thrown) => {
    throw withRemedy(thrown, job)
  })
  if (reason !== 'completed' || bestEpoch === null) {
    job.terminal.line(`${network.displayName} was stopped; the same command goes on with it.`)
    return null
  }
  const { parameters, multiplyAdds } = trainer.summary()
  const training: Training = {
    startedFrom: job.weights[network.slug] ?? null,
    imageSize: trainer.settings.imageSize as number,
    epochs: trainer.settings.epochs,
    bestEpoch,
    parameters,
    multiplyAdds,
    ...(await timing(folder)),
    device: run.device.name,
    precision: run.precision.name,
  }
  await remember(file, training)
  return training
}

async function begunOrResumed({ signal, terminal }: Job, trainer: Trainer, folder: string): Promise<Run> {
  const names = await readdir(join(folder, 'checkpoints')).catch(() => [])
  // Hidden is what a killed process had not saved to its end.
  if (names.some((name) => !name.startsWith('.'))) {
    try {
      return await Trainer.resume(folder, { signal })
    } catch (thrown) {
      if (!(thrown instanceof TorchError) || thrown.code !== 'WEIGHTS') throw thrown
      terminal.line(thrown.message)
    }
  }
  await moveAside(folder, terminal)
  return trainer.start({ output: folder, signal })
}

/** What is left of a training that cannot go on is kept beside the new one. */
async function moveAside(folder: string, terminal: Terminal): Promise<void> {
  const content = await readdir(folder).catch(() => [])
  if (content.length === 0) return
  for (let number = 1; ; number++) {
    const aside = `${folder}-stopped-${number}`
    if ((await readdir(aside).catch(() => null)) !== null) continue
    await rename(folder, aside)
    terminal.line(`What was left of a training is kept in ${shownPath(aside)}; it begins anew.`)
    return
  }
}

/** From timing.csv of a run: a row an epoch. */
async function timing(folder: string): Promise<Pick<Training, 'seconds' | 'imagesPerSecond'>> {
  const [header = '', ...lines] = (await readFile(join(folder, 'timing.csv'), 'utf8')).trim().split('\n')
  const columns = header.split(',')
  const epochs = lines.map((line) => {
    const cells = line.split(',').map(Number)
    return (column: string): number => cells[columns.indexOf(column)] ?? Number.NaN
  })
  const sum = (of: (cell: (column: string) => number) => number): number =>
    epochs.reduce((total, epoch) => total + of(epoch), 0)
  const trainSeconds = sum((cell) => cell('trainSeconds'))
  const images = sum((cell) => cell('imagesPerSecond') * cell('trainSeconds'))
  return {
    seconds: trainSeconds + sum((cell) => cell('validationSeconds')),
    imagesPerSecond: images / trainSeconds,
  }
}

function withRemedy(thrown: unknown, { options }: Job): unknown {
  const isDownload = thrown instanceof TorchError && thrown.code === 'DOWNLOAD'
  if (!isDownload || options.from !== 'published') return thrown
  const remedy = 'Or start from random weights by --from random, or from files of your own by --from DIR.'
  return new Error(`${thrown.message} ${remedy}`, { cause: thrown })
}
