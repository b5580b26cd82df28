// Finds the state_dict in what torch.save wrote: by itself, or somewhere in the checkpoint of a training.

import { KEY_LIMIT, PickleDict, PickleList, PickleTuple, type PickleValue } from './pickle-values.js'
import { type Refuse, shortened } from './refusal.js'
import { TorchTensor } from './torch-objects.js'

/** Under which keys trainings keep the weights of a network, the likeliest first. */
const USUAL_KEYS = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'net_state_dict',
  'net',
  'network',
  'weights',
  'params',
  'module',
]
/** Whose tensors are no weights of a network. */
const NO_WEIGHTS = /optim|sched|scaler|(?:^|_)rng|random/i
/** Dicts in dicts; trainings have two or three. */
const DEPTH_LIMIT = 8
const TENSORS_LIMIT = 2 ** 16

const SAVE_STATE = "Save a state_dict in Python: torch.save(model.state_dict(), 'weights.pt')"

type Named = [name: string, tensor: TorchTensor]

/**
 * The tensors by name: those under a usual key, else those of the object itself and of its parts. Where they come
 * from several parts, such as { backbone, head }, the part's name stands before each; of a list of parts, such as
 * [model, optimizer], the first is taken.
 *
 * @throws The refusal where there is no tensor.
 */
export function findState(object: PickleValue, refuse: Refuse): Named[] {
  if (object instanceof TorchTensor) throw refuse('it is a single tensor without a name', SAVE_STATE)
  const named = new Search(refuse).search(object, 0)
  if (named.length === 0) throw refuse('it holds no tensors', SAVE_STATE)
  const names = new Set<string>()
  for (const [name] of named) {
    if (names.has(name)) throw refuse(`it has two tensors of the name ${shortened(name)}`)
    names.add(name)
  }
  return named
}

/** Each object is looked at once: a hostile pickle may hold itself, or the same one in many places. */
class Search {
  readonly #refuse: Refuse
  readonly #seen = new Set<PickleValue>()
  #tensors = 0

  constructor(refuse: Refuse) {
    this.#refuse = refuse
  }

  search(object: PickleValue, depth: number): Named[] {
    if (this.#seen.has(object) || depth > DEPTH_LIMIT) return []
    this.#seen.add(object)
    const { own, parts } = this.#membersOf(object)
    for (const key of USUAL_KEYS) {
      const usual = parts.get(key)
      const found = usual === undefined ? [] : this.search(usual, depth + 1)
      if (found.length > 0) return found
    }
    const found: [part: string, tensors: Named[]][] = []
    for (const [name, part] of parts) {
      const tensors = NO_WEIGHTS.test(name) ? [] : this.search(part, depth + 1)
      if (tensors.length > 0) found.push([name, tensors])
    }
    const [first] = found
    if (first === undefined) return own
    if (own.length === 0 && (found.length === 1 || !(object instanceof PickleDict))) return first[1]
    const beside = own.filter(([name]) => !NO_WEIGHTS.test(name))
    return [...beside, ...found.flatMap(([part, tensors]) => this.#prefixed(part, tensors))]
  }

  #prefixed(part: string, tensors: readonly Named[]): Named[] {
    return tensors.map(([name, tensor]) => {
      if (part.length + name.length >= KEY_LIMIT)
        throw this.#refuse(`its tensor ${shortened(name)} lies too deep`)
      return [`${part}.${name}`, tensor]
    })
  }

  #membersOf(object: PickleValue): { own: Named[]; parts: Map<string, PickleValue> } {
    const own: Named[] = []
    const parts = new Map<string, PickleValue>()
    for (const [name, value] of membersOf(object)) {
      if (value instanceof TorchTensor) {
        if (this.#tensors++ === TENSORS_LIMIT) throw this.#refuse(`it has over ${TENSORS_LIMIT} tensors`)
        own.push([name, value])
      } else if (CONTAINERS.some((kind) => value instanceof kind)) parts.set(name, value)
    }
    return { own, parts }
  }
}

const CONTAINERS = [PickleDict, PickleList, PickleTuple]

function* membersOf(object: PickleValue): Generator<[name: string, value: PickleValue]> {
  if (object instanceof PickleDict) yield* object
  const items = object instanceof PickleList || object instanceof PickleTuple ? object.items : []
  for (const [index, value] of items.entries()) {
    // A checkpoint's other lists, of losses say, can be long.
    if (typeof value === 'object' && value !== null) yield [String(index), value]
  }
}
