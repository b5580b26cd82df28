// What a network knows before its first step: nothing, or what a file brings.

import { TorchError } from '../errors.js'
import { listed } from '../files/index.js'
import { architectures, checkImageSize, readState } from '../model/index.js'
import type { ArchitectureName, NormalisationSpec, StateTensor } from '../native/index.js'
import { fetchPretrained, type PretrainedWeights, pretrainedWeights } from '../weights/index.js'
import type { Emit } from './events.js'
import type { Job } from './job.js'
import { type Found, type Loaded, take } from './take.js'

export interface Start {
  /** Pixels a side. */
  readonly imageSize: number
  readonly normalisation: NormalisationSpec
  readonly loaded: Loaded | null
}

/**
 * Published weights are fetched where they are not on this machine.
 *
 * @throws TorchError FILE, DOWNLOAD or WEIGHTS naming the file and why it cannot be started from; ABORTED.
 */
export async function readStart(
  job: Job,
  emit: Emit,
): Promise<{ start: Start; tensors: readonly StateTensor[] }> {
  const { classifier, description, settings } = job
  const found = classifier.pretrained === null ? null : await find(job, emit)
  const known = found?.bundle ?? found?.published ?? architectures[classifier.architecture]
  const imageSize = settings.imageSize ?? known.inputSize
  const normalisation = settings.normalisation ?? known.normalisation
  if (found === null) return { start: { imageSize, normalisation, loaded: null }, tensors: [] }
  const { tensors, loaded } = take(job, found)
  checkImageSize(imageSize, classifier.architecture, description)
  return { start: { imageSize, normalisation, loaded }, tensors }
}

async function find({ classifier, signal }: Job, emit: Emit): Promise<Found> {
  const { source } = classifier.pretrained as NonNullable<typeof classifier.pretrained>
  const { published } = source
  if (source.kind === 'tensors') return { file: null, tensors: source.tensors, bundle: null, published }
  const file = source.kind === 'file' ? source.path : await fetched(source.published, signal, emit)
  const { metadata, tensors } = await readState(file).catch((thrown) => {
    throw source.kind === 'file' ? orName(thrown, source.path, classifier.architecture) : thrown
  })
  return { file, tensors, bundle: metadata, published }
}

function fetched(row: PretrainedWeights, signal: AbortSignal | undefined, emit: Emit): Promise<string> {
  return fetchPretrained(row, {
    signal,
    onProgress: ({ done, total }) => emit({ type: 'fetch', weights: row.name, done, total }),
  })
}

/** A path without folder or extension that is not there may be a name with a slip. */
function orName(thrown: unknown, path: string, architecture: ArchitectureName): unknown {
  const isMissing = (thrown as { cause?: NodeJS.ErrnoException }).cause?.code === 'ENOENT'
  if (!(thrown instanceof TorchError) || !isMissing || /[./\\]/.test(path)) return thrown
  const names = pretrainedWeights.filter((row) => row.architecture === architecture).map(({ name }) => name)
  const message = `${thrown.message} Published weights of ${architectures[architecture].displayName} are ${listed(names)}.`
  return new TorchError(thrown.code, message, { cause: thrown })
}
