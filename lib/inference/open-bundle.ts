// Makes the network that a bundle describes, with its weights.

import { quoted } from '../files/index.js'
import { type BundleMetadata, matchState, readBundle, refuseMisfits } from '../model/index.js'
import { type NativeModel, native, nativeCall, nativeNow } from '../native/index.js'
import { chooseDevice, type Device, type DeviceChoice } from './device.js'

export interface OpenedBundle {
  readonly metadata: BundleMetadata
  readonly device: DeviceChoice
  /** The caller closes it. */
  readonly model: NativeModel
}

/** @throws TorchError FILE, WEIGHTS or DEVICE naming the bundle or the device and the remedy. */
export async function openBundle(path: string, asked: Device, proceed: () => void): Promise<OpenedBundle> {
  const addon = native()
  const device = chooseDevice(
    asked,
    nativeNow(() => addon.computeInfo()),
  )
  const { metadata, tensors } = await readBundle(path)
  proceed()
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
    return { metadata, device, model }
  } catch (failure) {
    model.close()
    throw failure
  }
}
