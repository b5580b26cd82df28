// Makes the network that a bundle describes, with its weights.

import { quoted } from '../files/index.js'
import { type BundleMetadata, matchState, readBundle, refuseMisfits } from '../model/index.js'
import { type NativeModel, native, nativeCall, nativeNow } from '../native/index.js'
import { chooseDevice, type Device, type DeviceChoice } from './device.js'
import { modelDigest } from './model-digest.js'

export interface OpenedBundle {
  readonly metadata: BundleMetadata
  /** As {@link modelDigest} gives it. */
  readonly digest: string
  readonly device: DeviceChoice
  /** The caller closes it. */
  readonly model: NativeModel
}

/**
 * @param proceed Throws what ends the opening.
 * @param accept Throws where this model, whose digest it is given, is not the one that is expected.
 * @throws TorchError FILE, WEIGHTS or DEVICE naming the bundle or the device and the remedy.
 */
export async function openBundle(
  path: string,
  asked: Device,
  proceed: () => void,
  accept: (digest: string) => void,
): Promise<OpenedBundle> {
  const addon = native()
  const device = chooseDevice(
    asked,
    nativeNow(() => addon.computeInfo()),
  )
  const { metadata, tensors } = await readBundle(path)
  proceed()
  const digest = await modelDigest(metadata, tensors)
  accept(digest)
  const { architecture, head, normalisation } = metadata
  const network = { architecture, head }
  // Before memory is taken for what the file says of its head.
  const match = matchState(
    tensors,
    nativeNow(() => addon.describeNetwork(network)),
  )
  refuseMisfits(match, (reason) => `Cannot open ${quoted(path)}: ${reason}. Save it again.`)
  // Every weight is replaced, so the seed plays no part.
  const spec = { network, normalisation, precision: 'float32', device: device.name, seed: 0 } as const
  const model = await nativeCall(addon.createModel(spec))
  try {
    proceed()
    await nativeCall(model.load(match.load))
    return { metadata, digest, device, model }
  } catch (failure) {
    model.close()
    throw failure
  }
}
