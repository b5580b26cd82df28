// The bundle: one .safetensors file that is a usable model. The weights stand under PyTorch's own names, so
// Python's safetensors loads them too; the rest is JSON in the metadata key "facecls".

import { messageOf, TorchError } from '../errors.js'
import { plain, quoted } from '../files/index.js'
import type { StateTensor } from '../native/index.js'
import { type NamedTensor, readWeights, readWeightsInfo, writeSafetensors } from '../weights/index.js'
import { BUNDLE_FORMAT, type BundleMetadata, checkBundleMetadata } from './bundle-metadata.js'

const KEY = 'facecls'
/** Of the JSON: 100,000 class names of 40 characters. */
const CHARACTERS_LIMIT = 2 ** 22
/**
 * Of its objects and arrays; with the limit of characters it bounds what a hostile file can make us build.
 */
const BRACKETS_LIMIT = 2 ** 16
const LIMITS = `at most ${CHARACTERS_LIMIT} characters and ${BRACKETS_LIMIT} brackets of JSON`

export interface Bundle {
  readonly metadata: BundleMetadata
  readonly tensors: NamedTensor[]
}

/** The weights of a file that may be a bundle or hold weights alone. */
export interface SavedState {
  readonly metadata: BundleMetadata | null
  readonly tensors: NamedTensor[]
}

/**
 * Saves a model durably: the file is there whole or not at all.
 *
 * @param state All tensors of the model.
 * @throws TypeError or RangeError where the metadata contradict themselves, TorchError FILE where it cannot
 *   be saved.
 */
export async function saveBundle(
  path: string,
  state: readonly StateTensor[],
  metadata: Omit<BundleMetadata, 'format'>,
): Promise<void> {
  const json = JSON.stringify(checkBundleMetadata(metadata))
  if (isTooLarge(json))
    throw new RangeError(`Expected ${LIMITS} for metadata but received ${json.length} characters`)
  await writeSafetensors(path, state, { format: 'pt', [KEY]: json }) // 'pt': other readers expect to find it
}

/**
 * Reads a bundle, weights and all.
 *
 * @throws TorchError FILE where it cannot be read, WEIGHTS where it is damaged, no bundle or of a later
 *   format.
 */
export async function readBundle(path: string): Promise<Bundle> {
  // The header first: a file of gigabytes that is no bundle costs no more.
  const metadata = await readBundleMetadata(path)
  const { tensors } = await readWeights(path)
  return { metadata, tensors }
}

/**
 * Reads what a bundle says about its model, without the weights: a few hundred kilobytes.
 *
 * @throws TorchError as {@link readBundle}.
 */
export async function readBundleMetadata(path: string): Promise<BundleMetadata> {
  const { metadata } = await readWeightsInfo(path)
  const parsed = parseMetadata(path, metadata[KEY])
  if (parsed === null) throw noBundle(path)
  return parsed
}

/**
 * Reads the weights of a bundle, or of any other weight file, whose metadata are null then.
 *
 * @throws TorchError FILE where it cannot be read, WEIGHTS where it is damaged, hostile or of a later format.
 */
export async function readState(path: string): Promise<SavedState> {
  const { metadata, tensors } = await readWeights(path)
  return { metadata: parseMetadata(path, metadata[KEY]), tensors }
}

function parseMetadata(path: string, json: string | undefined): BundleMetadata | null {
  if (json === undefined) return null
  if (isTooLarge(json)) throw refusal(path, `what it says of its model is not ${LIMITS}. Fetch it again`)
  try {
    const value: unknown = JSON.parse(json)
    requireFormat(path, value)
    return checkBundleMetadata(value)
  } catch (thrown) {
    if (thrown instanceof TorchError) throw thrown
    throw refusal(
      path,
      `what it says of its model is wrong: ${plain(messageOf(thrown))}. Save or fetch it again`,
    )
  }
}

function isTooLarge(json: string): boolean {
  return json.length > CHARACTERS_LIMIT || (json.match(/[[{]/g)?.length ?? 0) > BRACKETS_LIMIT
}

function requireFormat(path: string, value: unknown): void {
  const format = (value as { format?: unknown } | null)?.format
  if (format === BUNDLE_FORMAT) return
  if (Number.isSafeInteger(format) && (format as number) > BUNDLE_FORMAT) {
    const sentence = `it is a bundle of format ${format}, and this version reads format ${BUNDLE_FORMAT}`
    throw refusal(path, `${sentence}. Upgrade @facecls/torch`)
  }
  throw refusal(path, 'what it says of its model has no known format. Save or fetch it again')
}

function noBundle(path: string): TorchError {
  const sentence = 'it holds weights, but does not say of which network and classes'
  return refusal(
    path,
    `${sentence}. Choose a model that @facecls/torch saved, such as best.safetensors of a run`,
  )
}

function refusal(path: string, reason: string): TorchError {
  return new TorchError('WEIGHTS', `Cannot load ${quoted(path)}: ${reason}.`)
}
