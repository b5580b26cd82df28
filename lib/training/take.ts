// What of the weights that were found a network takes: as much as fits it, its trunk at least.

import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import {
  architectures,
  type BundleMetadata,
  type Misfit,
  matchState,
  type NetworkPart,
  refuseMisfits,
  sameLayers,
  sourceName,
  tensorsOf,
  unforeseen,
  withoutPrefix,
} from '../model/index.js'
import { native, nativeNow, type StateTensor } from '../native/index.js'
import type { NamedTensor, PretrainedWeights } from '../weights/index.js'
import type { Job } from './job.js'

/** Weights as they were found, before it is decided what of them is taken. */
export interface Found {
  /** Path of the file; null: the tensors were given. */
  readonly file: string | null
  readonly tensors: readonly NamedTensor[]
  /** What the file says of itself, if it is a bundle. */
  readonly bundle: BundleMetadata | null
  readonly published: PretrainedWeights | null
}

/** What was taken from a file, or from tensors that were given. */
export interface Loaded {
  /** Path of the file; null: tensors were given. */
  readonly file: string | null
  /** The trunk always; 'belowLogits': the head too, but for the layer that makes the logits. */
  readonly took: 'everything' | 'belowLogits' | 'trunk'
  /** Tensors taken. */
  readonly tensors: number
  /** Of the part that was taken: the network has them and the file lacks them, which was expected. */
  readonly missing: readonly string[]
  /** Left aside: a head that does not fit, and what was expected. */
  readonly unexpected: readonly string[]
  /** They have another shape in the file, which was expected. */
  readonly wrongShape: readonly Misfit[]
  /** One line for a person. */
  readonly message: string
}

interface Choice {
  readonly part: NetworkPart
  /** Why no more is taken; of all, what a person should know; or null. */
  readonly note: string | null
}

/** @throws TorchError WEIGHTS where not even the trunk fits, or the file has what nobody expected. */
export function take(job: Job, found: Found): { tensors: readonly StateTensor[]; loaded: Loaded } {
  const { description, classifier } = job
  const shown = shownName(job, found)
  refuseOtherNetwork(job, found, shown)
  const trunk = tensorsOf(description, 'trunk').map(({ name }) => name)
  const tensors = withoutPrefix(
    found.tensors,
    trunk,
    (reason) =>
      new TorchError('WEIGHTS', `Cannot start from ${shown}: ${reason}. Save one of them by itself.`),
  )
  const ownHead = layersOfOwnHead(job)
  const { part, note } = choose(job, found, tensors, ownHead)
  const match = matchState(tensors, description, part)
  const heads = match.unexpected.filter((name) => isOfHead(name, ownHead))
  const expected = classifier.pretrained?.expected ?? {}
  const unexpected = [...(expected.unexpected ?? []), ...COUNTERS, ...(part === 'all' ? [] : heads)]
  refuseMisfits(unforeseen(match, { ...expected, unexpected }), (reason) => misfit(shown, reason).message)
  const { load, missing, wrongShape } = match
  if (load.length === 0) throw misfit(shown, 'it has no weight that this network takes')
  const took = part === 'all' ? 'everything' : part
  const message = messageOf(shown, took, note)
  const loaded = { file: found.file, took, tensors: load.length, missing, wrongShape, message } as const
  return { tensors: load, loaded: { ...loaded, unexpected: match.unexpected } }
}

/** The largest part whose head fits: the identities must be the same, where the file tells them. */
function choose(job: Job, found: Found, tensors: readonly NamedTensor[], ownHead: readonly string[]): Choice {
  const { network, description } = job
  const trunk = new Set(tensorsOf(description, 'trunk').map(({ name }) => name))
  const headFits = (part: NetworkPart) => {
    const { missing, wrongShape, unexpected } = matchState(tensors, description, part)
    // Logits with a bias are no cosines, whatever the shape of their weight.
    const ofOtherHead = part === 'all' && unexpected.some((name) => isOfHead(name, ownHead))
    if (network.head.kind === 'cosine' && ofOtherHead) return false
    return [...missing, ...wrongShape.map(({ name }) => name)].every((name) => trunk.has(name))
  }
  const difference = differenceOf(job, found)
  if (difference === null && (found.bundle !== null || headFits('all'))) {
    const note = found.bundle === null ? 'their classes count as these identities in their order' : null
    return { part: 'all', note }
  }
  const note = difference ?? classesOf(job, tensors, ownHead)
  // Dense layers of other classes' heads are no features of a face; an embedding is.
  const hasEmbedding = tensorsOf(description, 'belowLogits').length > trunk.size
  const takesEmbedding = network.head.kind !== 'mlp' && hasEmbedding && headFits('belowLogits')
  return { part: takesEmbedding ? 'belowLogits' : 'trunk', note }
}

/** Why the logits of what was found are not those of the job's identities, or null where nothing speaks against it. */
function differenceOf({ classifier, network }: Job, { bundle, published }: Found): string | null {
  if (published !== null)
    return `these weights know the ${published.classes} classes of ${published.trainedOn}`
  if (bundle === null) return null
  if (!sameLayers(bundle.head, network.head)) return 'the bundle has another head'
  const { classes } = bundle
  if (classes.length !== classifier.classes.length) return `the bundle knows ${classes.length} identities`
  const same = classes.every((name, label) => name === classifier.classes[label])
  return same ? null : 'the bundle knows other identities'
}

/** Why the head of weights that tell no identities does not fit. */
function classesOf(
  { network, classifier }: Job,
  tensors: readonly NamedTensor[],
  ownHead: readonly string[],
): string {
  const logits = network.head.kind === 'cosine' ? 'logits' : ownHead.at(-1)
  const rows = tensors.find(({ name }) => name === `${logits}.weight`)?.shape[0]
  const isOther = rows === undefined || (network.head.kind !== 'mlp' && rows === classifier.classes.length)
  return isOther ? 'the file has none that fits' : `that of the file has ${rows} classes`
}

/** Layers of the network's own classifier, the one that makes the logits last. */
function layersOfOwnHead({ classifier: { architecture } }: Job): string[] {
  const head = { kind: 'classifier', classes: 2, dropout: 0 } as const
  const { layers } = nativeNow(() => native().describeNetwork({ architecture, head }))
  return layers.filter(({ part }) => part === 'head').map(({ name }) => name)
}

/** Of a module that a head has: the network's own, whatever stands in its place, or one of this package. */
function isOfHead(tensor: string, ownHead: readonly string[]): boolean {
  const [module] = tensor.split('.')
  return OTHER_HEADS.has(module as string) || ownHead.some((layer) => layer.split('.')[0] === module)
}

/** Modules of heads of this package. */
const OTHER_HEADS: ReadonlySet<string> = new Set(['head', 'embedding', 'logits'])

/** Counts of a training that stand beside the weights, such as those of PyTorch's AveragedModel. */
const COUNTERS = ['n_averaged']

function refuseOtherNetwork({ classifier }: Job, { bundle }: Found, shown: string): void {
  if (bundle === null || bundle.architecture === classifier.architecture) return
  const [found, wanted] = [architectures[bundle.architecture], architectures[classifier.architecture]]
  const reason = `it is a bundle of ${found.displayName}, not of ${wanted.displayName}`
  throw new TorchError('WEIGHTS', `Cannot start from ${shown}: ${reason}. Choose weights of this network.`)
}

function shownName({ classifier }: Job, { file, published }: Found): string {
  const source = classifier.pretrained?.source
  if (file === null || source === undefined) return 'the tensors given'
  return published === null || source.kind === 'file' ? quoted(file) : quoted(sourceName(source))
}

function messageOf(shown: string, took: Loaded['took'], note: string | null): string {
  if (took === 'everything') return `All weights of ${shown} were taken${note === null ? '' : `; ${note}`}.`
  const taken =
    took === 'trunk' ? `The trunk of ${shown} was` : `The trunk and the embedding of ${shown} were`
  const random = took === 'trunk' ? 'the head starts' : 'the logits start'
  return `${taken} taken; ${random} from random weights, since ${note}.`
}

function misfit(shown: string, reason: string): TorchError {
  const remedy =
    'Choose weights of this network, or name what may be off: .pretrained(from, { missing, unexpected, wrongShape })'
  return new TorchError('WEIGHTS', `Cannot start from ${shown}: ${reason}. ${remedy}.`)
}
