// Makes the network that a bundle describes, with its weights.

import { quoted } from '../files/index.js'
import { type BundleMetadata, matchState, readBundle, refuseMisfits } from '../model/index.js'
import { type NativeModel, native, nativeCall, nativeNow } from '../native/index.js'
import { chooseDevice, type Device, type DeviceChoice } from './device.js'
import { modelDigest } from './model-digest.js'
import { choosePrecision, type InferencePrecision, type Precision } from './precision.js'

export interface OpenedBundle {
  readonly metadata: BundleMetadata
  /** As {@link modelDigest} gives it. */
  readonly digest: string
  readonly device: DeviceChoice
  readonly engine: Engine
  /** The caller closes it. */
  readonly model: NativeModel
}

/** How a network answers. */
export interface Engine {
  /** Whether batch norms are folded into convolutions and activations fused with them, or the network runs as it is trained. */
  readonly network: 'folded' | 'plain'
  /** What convolutions compute in. */
  readonly precision: Exclude<Precision, 'auto'>
  /** Why so, in a few words. */
  readonly reason: string
}

export interface OpenChoices {
  readonly device: Device
  readonly precision: InferencePrecision
  readonly warmUp: boolean
  /** Photographs a batch. */
  readonly maxBatch: number
}

/**
 * @param proceed Throws what ends the opening.
 * @param accept Throws where this model, whose digest it is given, is not the one that is expected.
 * @throws TorchError FILE, WEIGHTS, DEVICE or PRECISION naming the bundle or what is not there and the remedy.
 */
export async function openBundle(
  path: string,
  choices: OpenChoices,
  proceed: () => void,
  accept: (digest: string) => void,
): Promise<OpenedBundle> {
  const addon = native()
  const info = nativeNow(() => addon.computeInfo())
  const device = chooseDevice(choices.device, info)
  const chosen = choosePrecision(choices.precision, device, info)
  const { metadata, tensors } = await readBundle(path)
  proceed()
  const digest = await modelDigest(metadata, tensors)
  accept(digest)
  const { architecture, head, normalisation, inputSize } = metadata
  const network = { architecture, head }
  // Before memory is taken for what the file says of its head.
  const match = matchState(
    tensors,
    nativeNow(() => addon.describeNetwork(network)),
  )
  refuseMisfits(match, (reason) => `Cannot open ${quoted(path)}: ${reason}. Save it again.`)
  // An engine takes float32 and narrows its own copies. Every weight is replaced, so the seed plays no part.
  const precision = device.name === 'cpu' ? 'float32' : chosen.name
  const spec = { network, normalisation, precision, device: device.name, seed: 0 } as const
  const model = await nativeCall(addon.createModel(spec))
  try {
    proceed()
    await nativeCall(model.load(match.load))
    proceed()
    const maxBatch = choices.warmUp ? choices.maxBatch : 1 // one is always compared
    const asked = { precision: chosen.name, imageSize: inputSize, maxBatch }
    const made = await nativeCall(model.optimizeForInference(asked))
    const engine = { ...made, reason: made.reason || chosen.reason }
    return { metadata, digest, device, engine, model }
  } catch (failure) {
    model.close()
    throw failure
  }
}
