// From the object in a pickle to where its tensors lie in the file.

import type { RangeReader } from '../files/index.js'
import { bytesOfElement, bytesOfTensor } from './dtypes.js'
import type { PickleValue } from './pickle-values.js'
import { type Refuse, refusalOf, shortened } from './refusal.js'
import { findState } from './state-dict.js'
import type { Layout, StoredTensor, WeightFormat } from './tensor.js'
import { isContiguous, reachOf } from './tensor-view.js'
import type { TorchTensor } from './torch-objects.js'

/** A tensor takes about 200 bytes of a pickle, with the state of its optimizer 1,000. */
export const PICKLE_LIMIT = 2 ** 24

/**
 * Views may share a storage, and an expanded one repeats its values, so the tensors may be larger than the file; a
 * small file that claims to be more than this much larger does it to exhaust the memory.
 */
const COPIES_LIMIT = 4
const COPIES_SLACK = 2 ** 22

/** Where the values of a storage lie. */
export interface Place {
  /** Bytes from the file's beginning. */
  readonly offset: number
  readonly bytes: number
}

/**
 * @param locate Finds a storage by its key, or throws the refusal.
 * @throws TorchError WEIGHTS where there is no state_dict, or a claim of it does not fit the file.
 */
export async function torchLayout(
  file: RangeReader,
  format: WeightFormat,
  object: PickleValue,
  locate: (key: string) => Promise<Place>,
): Promise<Layout> {
  const refuse = refusalOf(file.path)
  const places = new Map<string, Place>()
  const tensors: StoredTensor[] = []
  let bytes = 0
  for (const [name, tensor] of findState(object, refuse)) {
    const { key } = tensor.storage
    const place = places.get(key) ?? (await locate(key))
    places.set(key, place)
    tensors.push(placed(name, tensor, place, refuse))
    bytes += costOf(tensor)
    if (bytes > COPIES_SLACK + COPIES_LIMIT * file.size)
      throw refuse(
        `its tensors would take ${bytes} bytes of memory or more, which its own ${file.size} bytes do not account for`,
      )
  }
  return { format, tensors, metadata: {} }
}

/** Bytes to hold or, of a view that steps far, to read. */
function costOf({ storage: { dtype }, view }: TorchTensor): number {
  const held = bytesOfTensor(dtype, view.shape) ?? Number.MAX_SAFE_INTEGER
  const read = held === 0 ? 0 : (reachOf(view.shape, view.strides) + 1) * bytesOfElement(dtype)
  return Math.max(held, read)
}

function placed(name: string, { storage, view }: TorchTensor, place: Place, refuse: Refuse): StoredTensor {
  const { key, dtype, elements, part } = storage
  const size = bytesOfElement(dtype)
  if (place.bytes !== elements * size)
    throw refuse(
      `its storage ${shortened(key)} has ${place.bytes} bytes where ${elements} values of ${dtype} should be`,
    )
  const { offset, shape, strides } = view
  return {
    name,
    dtype,
    shape,
    offset: place.offset + (part.start + offset) * size,
    strides: isContiguous(view) ? null : strides,
  }
}
