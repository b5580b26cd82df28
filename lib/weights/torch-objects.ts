// What the names in a pickle of PyTorch mean: a closed list of classes and functions, none of which runs anything.
// Source: torch/_utils.py and torch/serialization.py.

import { dtypeOfStorage, type TensorDType } from './dtypes.js'
import {
  KEY_LIMIT,
  kindOf,
  PickleDict,
  PickleForeign,
  PickleList,
  type PickleNames,
  PickleTuple,
  type PickleValue,
} from './pickle-values.js'
import { type Refuse, shortened } from './refusal.js'
import { type TensorView, viewOf } from './tensor-view.js'

/** Values of one type in a row somewhere in the file, which tensors look at. */
export class TorchStorage extends PickleForeign {
  readonly shown = 'a storage'
  readonly key: string
  readonly dtype: TensorDType
  /** As the pickle claims. */
  readonly elements: number
  /** The part of it that tensors look at: a storage of its own in files from before 2017, else all of it. */
  readonly part: { readonly start: number; readonly length: number }

  constructor(key: string, dtype: TensorDType, elements: number, part = { start: 0, length: elements }) {
    super()
    this.key = key
    this.dtype = dtype
    this.elements = elements
    this.part = part
  }
}

export class TorchTensor extends PickleForeign {
  readonly shown = 'a tensor'
  readonly storage: TorchStorage
  readonly view: TensorView

  constructor(storage: TorchStorage, view: TensorView) {
    super()
    this.storage = storage
    this.view = view
  }
}

class StorageClass extends PickleForeign {
  readonly shown: string
  readonly dtype: TensorDType

  constructor(shown: string, dtype: TensorDType) {
    super()
    this.shown = shown
    this.dtype = dtype
  }
}

type Call = (args: readonly PickleValue[], refuse: Refuse, budget: Budget) => PickleValue

/** What the calls of one pickle may still make, beyond an object each. */
interface Budget {
  pairs: number
}

const PAIRS_LIMIT = 2 ** 18

class Callable extends PickleForeign {
  readonly shown: string
  readonly call: Call

  constructor(shown: string, call: Call) {
    super()
    this.shown = shown
    this.call = call
  }
}

const CALLABLES: ReadonlyMap<string, Callable> = new Map(
  Object.entries<Call>({
    'collections.OrderedDict': orderedDict,
    'collections.Counter': counter, // of schedules with milestones
    'torch.Size': size,
    'torch._utils._rebuild_tensor': rebuildTensor, // before PyTorch 0.4
    'torch._utils._rebuild_tensor_v2': rebuildTensor,
    'torch._utils._rebuild_parameter': rebuildParameter,
    'torch._utils._rebuild_parameter_with_state': rebuildParameter,
  }).map(([name, call]) => [name, new Callable(name, call)]),
)

const REMEDY =
  'Where you trust it, save its weights alone in Python: torch.save(model.state_dict(), ' +
  "'weights.pt'), of a checkpoint torch.save(torch.load('it.pt', weights_only=False)['model'], 'weights.pt'). " +
  'Else do not load it there either'

/** The names that the pickle of a state_dict or of a checkpoint may use. */
export function torchNames(refuse: Refuse): PickleNames {
  const budget = { pairs: PAIRS_LIMIT }
  return {
    global: (name) => CALLABLES.get(name) ?? storageClass(name) ?? refuseName(name, refuse),
    call(callable, args) {
      if (callable instanceof Callable) return callable.call(args, refuse, budget)
      throw refuse(`its pickle is malformed: it calls ${kindOf(callable)}`)
    },
    persistent: (id) => storageOf(id, refuse),
  }
}

/** 'torch.FloatStorage'; early versions wrote 'torch.cuda.FloatStorage' from a GPU. */
function storageClass(name: string): StorageClass | null {
  const [, type] = /^torch\.(?:cuda\.)?(\w+Storage)$/.exec(name) ?? []
  const dtype = type === undefined ? undefined : dtypeOfStorage(type)
  return dtype === undefined ? null : new StorageClass(name, dtype)
}

function refuseName(name: string, refuse: Refuse): never {
  if (/^torch\.(?:cuda\.|storage\.)?\w*Storage$/.test(name))
    throw refuse(
      `it has values of the unknown storage type ${shortened(name)}`,
      'Convert it in Python: tensor.float()',
    )
  const isClass = /(?:^|\.)[A-Z]\w*$/.test(name)
  const what = isClass ? 'it holds an object of the class' : 'its pickle calls'
  const whole = isClass ? ' (a whole pickled model, or settings of its training)' : ''
  throw refuse(
    `${what} ${shortened(name)}${whole}, and no state_dict needs that; nothing of it was run`,
    REMEDY,
  )
}

/** ("storage", class, key, location, elements), in legacy files with a sixth item. */
function storageOf(id: PickleValue, refuse: Refuse): TorchStorage {
  const items = id instanceof PickleTuple ? id.items : []
  const [kind, type, key, , elements, view = null] = items
  if (kind === 'module') throw refuse('it is a whole pickled model', REMEDY)
  const known =
    kind === 'storage' &&
    type instanceof StorageClass &&
    typeof key === 'string' &&
    key.length <= KEY_LIMIT &&
    items.length <= 6
  if (!known || !isCount(elements)) throw refuse('its pickle is malformed: a storage is not described as one')
  if (view === null) return new TorchStorage(key, type.dtype, elements)
  const [, start, length] = view instanceof PickleTuple ? view.items : []
  if (!isCount(start) || !isCount(length) || start + length > elements)
    throw refuse('its pickle is malformed: a part of a storage reaches past it')
  return new TorchStorage(key, type.dtype, elements, { start, length })
}

/** Empty, or of a list of pairs, as Python 2 writes it: one list can be named again and again. */
function orderedDict(args: readonly PickleValue[], refuse: Refuse, budget: Budget): PickleDict {
  const dict = new PickleDict(true)
  const [pairs] = args
  if (pairs === undefined) return dict
  const items = pairs instanceof PickleList && args.length === 1 ? pairs.items : [null]
  budget.pairs -= items.length
  if (budget.pairs < 0) throw refuse(`its OrderedDicts have over ${PAIRS_LIMIT} pairs together`)
  for (const pair of items) {
    const [key, value] = pair instanceof PickleList || pair instanceof PickleTuple ? pair.items : []
    if (typeof key !== 'string' || value === undefined || !dict.set(key, value))
      throw refuse('its pickle is malformed: an OrderedDict of what are no pairs')
  }
  return dict
}

function counter(args: readonly PickleValue[], refuse: Refuse): PickleValue {
  const [counts] = args
  if (counts instanceof PickleDict && args.length === 1) return counts
  throw refuse('its pickle is malformed: a Counter of what is no dict')
}

function size(args: readonly PickleValue[], refuse: Refuse): PickleValue {
  const [sizes] = args
  if (sizes instanceof PickleTuple && args.length === 1) return sizes
  throw refuse('its pickle is malformed: a torch.Size of what is no tuple')
}

/** (data, requires_grad, backward_hooks), later with a state. */
function rebuildParameter(args: readonly PickleValue[], refuse: Refuse): PickleValue {
  const [data] = args
  if (data instanceof TorchTensor && (args.length === 3 || args.length === 4)) return data
  throw refuse('its pickle is malformed: a parameter of what is no tensor')
}

/** (storage, offset, sizes, strides), later with requires_grad and backward_hooks, later still with metadata. */
function rebuildTensor(args: readonly PickleValue[], refuse: Refuse): TorchTensor {
  const [storage, offset, sizes, strides, , , metadata = null] = args
  if (!(storage instanceof TorchStorage) || args.length < 4 || args.length > 7)
    throw refuse('its pickle is malformed: a tensor without a storage')
  // Such a tensor's values are not those of its storage.
  if (metadata !== null && !(metadata instanceof PickleDict && metadata.size === 0))
    throw refuse(
      'it has a tensor with a conjugate or negative bit',
      'Save it in Python as tensor.resolve_neg()',
    )
  const view = viewOf({ offset, shape: itemsOf(sizes), strides: itemsOf(strides) }, storage.part.length)
  if (typeof view === 'string') throw refuse(`its pickle has a tensor that ${view}`)
  return new TorchTensor(storage, view)
}

function itemsOf(value: PickleValue | undefined): readonly PickleValue[] | null {
  return value instanceof PickleTuple ? value.items : null
}

function isCount(value: PickleValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
