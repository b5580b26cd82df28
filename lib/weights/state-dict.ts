// Finds the state_dict in what torch.save wrote: by itself, or somewhere in the checkpoint of a training.

import { PickleDict, PickleList, PickleTuple, type PickleValue } from './pickle-values.js'
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
 * from several parts, such as { backbone, head }, the part's name stands before each.
 *
 * @throws The refusal where there is no tensor.
 */
export function findState(object: PickleValue, refuse: Refuse): Named[] {
  if (object instanceof TorchTensor) throw refuse('it is a single tensor without a name', SAVE_STATE)
  const named = search(object, new Set(), 0)
  if (named.length === 0) throw refuse('it holds no tensors', SAVE_STATE)
  if (named.length > TENSORS_LIMIT) throw refuse(`it has over ${TENSORS_LIMIT} tensors`)
  const names = new Set<string>()
  for (const [name] of named) {
    if (names.has(name)) throw refuse(`it has two tensors of the name ${shortened(name)}`)
    names.add(name)
  }
  return named
}

/** Each object is looked at once: a hostile pickle may hold itself, or the same one in many places. */
function search(object: PickleValue, seen: Set<PickleValue>, depth: number): Named[] {
  if (seen.has(object) || depth > DEPTH_LIMIT) return []
  seen.add(object)
  const members = membersOf(object)
  for (const key of USUAL_KEYS) {
    const found = members.flatMap(([name, part]) => (name === key ? search(part, seen, depth + 1) : []))
    if (found.length > 0) return found
  }
  const own = members.filter((member): member is Named => member[1] instanceof TorchTensor)
  const parts = members
    .filter(([name]) => !NO_WEIGHTS.test(name))
    .map(([name, part]): [string, Named[]] => [name, search(part, seen, depth + 1)])
    .filter(([, tensors]) => tensors.length > 0)
  const [only] = parts
  if (own.length === 0 && only !== undefined && parts.length === 1) return only[1]
  const below = parts.flatMap(([part, tensors]) =>
    tensors.map(([name, tensor]): Named => [`${part}.${name}`, tensor]),
  )
  return [...own, ...below]
}

/** What may be or hold a tensor: a checkpoint's other lists, of losses say, can be long. */
function membersOf(object: PickleValue): [name: string, value: PickleValue][] {
  if (object instanceof PickleDict)
    return [...object.entries]
      .filter(([, value]) => isPart(value))
      .map(([key, value]) => [nameOf(key), value])
  const items = object instanceof PickleList || object instanceof PickleTuple ? object.items : []
  return items.flatMap((value, index): [string, PickleValue][] =>
    isPart(value) ? [[String(index), value]] : [],
  )
}

function isPart(value: PickleValue): boolean {
  return [TorchTensor, PickleDict, PickleList, PickleTuple].some((kind) => value instanceof kind)
}

function nameOf(key: PickleValue): string {
  return typeof key === 'object' ? '' : String(key) // None and tuples name no tensor of a network
}
