// PyTorch's format before 1.6: five pickles in a row (magic number, protocol, the machine it was saved on, the object,
// the keys of its storages), then each storage as a u64 count of elements and the elements.

import type { RangeReader } from '../files/index.js'
import { bytesOfElement } from './dtypes.js'
import { KEY_LIMIT, PickleDict, PickleList, type PickleNames, type PickleValue } from './pickle-values.js'
import { type Refuse, refusalOf, shortened } from './refusal.js'
import type { Layout } from './tensor.js'
import { PICKLE_LIMIT, type Place, torchLayout } from './torch-layout.js'
import { TorchStorage, torchNames } from './torch-objects.js'
import { unpickle } from './unpickle.js'

const MAGIC = 0x1950a86a20f9469cfc6cn
const PROTOCOL = 1001
const COUNT_BYTES = 8
/** Storages of one file, as many as the other formats may have tensors. */
const STORAGES_LIMIT = 2 ** 16

/** Whether a file may begin so: a pickle's protocol, or the magic number in the digits of protocol 1. */
export function mayBeLegacy(start: Uint8Array): boolean {
  const [first, protocol = 0] = start
  const binary = first === 0x80 && protocol >= 2 && protocol <= 5
  return binary || Buffer.from(start).toString('latin1').startsWith(`L${MAGIC}`)
}

/** @throws TorchError WEIGHTS naming the file and what is wrong with it. */
export async function torchLegacyLayout(file: RangeReader): Promise<Layout> {
  const refuse = refusalOf(file.path)
  const pickles = await readPreamble(file)
  const storages = new Map<string, TorchStorage>()
  const value = pickles.next(recording(torchNames(refuse), storages, refuse))
  const keys = keysOf(pickles.next(noNames(refuse)), refuse)
  const places = await locate(file, pickles.length, keys, storages, refuse)
  return torchLayout(file, 'torch-legacy', value, async (key) => {
    const place = places.get(key)
    if (place === undefined) throw refuse(`it lacks the storage ${shortened(key)} that a tensor of it names`)
    return place
  })
}

/** Reads the first three pickles, which tell the format; the next is the object's. */
export async function readPreamble(file: RangeReader): Promise<PickleRow> {
  const refuse = refusalOf(file.path)
  const pickles = new PickleRow(await file.read(0, Math.min(file.size, PICKLE_LIMIT)), refuse)
  if (pickles.next(noNames(refuse)) !== MAGIC)
    throw refuse('it is a pickle, but not one of PyTorch', 'Choose a file of weights')
  if (pickles.next(noNames(refuse)) !== PROTOCOL)
    throw refuse("it is of an unknown version of PyTorch's format")
  refuseBigEndian(pickles.next(noNames(refuse)), refuse)
  return pickles
}

/** Pickles one after another. */
class PickleRow {
  readonly #bytes: Uint8Array
  readonly #refuse: Refuse
  length = 0

  constructor(bytes: Uint8Array, refuse: Refuse) {
    this.#bytes = bytes
    this.#refuse = refuse
  }

  next(names: PickleNames): PickleValue {
    const { value, length } = unpickle(this.#bytes.subarray(this.length), names, this.#refuse)
    this.length += length
    return value
  }
}

function noNames(refuse: Refuse): PickleNames {
  const none = () => {
    throw refuse('its pickle is malformed: it names something where PyTorch names nothing')
  }
  return { global: none, call: none, persistent: none }
}

/** The storages that are named, by key: the types of their elements stand nowhere else. */
function recording(names: PickleNames, storages: Map<string, TorchStorage>, refuse: Refuse): PickleNames {
  return {
    ...names,
    persistent(id) {
      const storage = names.persistent(id)
      if (!(storage instanceof TorchStorage)) return storage
      const { key, dtype, elements } = storage
      const known = storages.get(key) ?? storage
      if (known.dtype !== dtype || known.elements !== elements)
        throw refuse(`its pickle describes the storage ${shortened(key)} in two ways`)
      storages.set(key, known)
      return storage
    },
  }
}

function refuseBigEndian(system: PickleValue, refuse: Refuse): void {
  const little = system instanceof PickleDict ? system.get('little_endian') : undefined
  if (little === true) return
  if (little === false) throw refuse('its values are big-endian', 'Save it on a little-endian machine')
  throw refuse('it does not say on which machine it was saved')
}

function keysOf(value: PickleValue, refuse: Refuse): string[] {
  const items = value instanceof PickleList ? value.items : []
  if (items.length > STORAGES_LIMIT) throw refuse(`it has over ${STORAGES_LIMIT} storages`)
  const keys = items.filter((key): key is string => typeof key === 'string' && key.length <= KEY_LIMIT)
  if (!(value instanceof PickleList) || keys.length !== items.length || new Set(keys).size !== keys.length)
    throw refuse('its pickle is malformed: the keys of its storages are no list of names')
  return keys
}

async function locate(
  file: RangeReader,
  start: number,
  keys: readonly string[],
  storages: ReadonlyMap<string, TorchStorage>,
  refuse: Refuse,
): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>()
  let at = start
  for (const key of keys) {
    const storage = storages.get(key)
    if (storage === undefined) throw refuse(`no tensor tells the type of its storage ${shortened(key)}`)
    if (at + COUNT_BYTES > file.size) throw truncated(key, refuse)
    const count = new DataView((await file.read(at, COUNT_BYTES)).buffer).getBigUint64(0, true)
    if (count !== BigInt(storage.elements))
      throw refuse(`the sizes of its storage ${shortened(key)} contradict each other`)
    const bytes = storage.elements * bytesOfElement(storage.dtype)
    const offset = at + COUNT_BYTES
    at = offset + bytes
    if (at > file.size) throw truncated(key, refuse)
    places.set(key, { offset, bytes })
  }
  return places
}

function truncated(key: string, refuse: Refuse): Error {
  return refuse(`its storage ${shortened(key)} reaches past its end: the file is truncated`)
}
