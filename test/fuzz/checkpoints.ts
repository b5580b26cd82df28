// Random objects as torch.save is given them: state_dicts alone, or somewhere in the checkpoint of a training.

import { bulk } from './bulk.js'
import { Grammar, type Storage } from './grammar.js'
import { OP } from './pickle-writer.js'
import { scalar, value } from './plain-values.js'
import type { Random } from './random.js'
import { tensor } from './tensors.js'
import { name, names } from './texts.js'

const USUAL = [
  'state_dict',
  'model_state_dict',
  'model',
  'net',
  'weights',
  'params',
  'module',
  'backbone',
  'ema',
]

const FORMS = { state: 40, checkpoint: 25, parts: 10, row: 5, value: 5, tensor: 3 }

/** Half of the pickles break no rule. */
const FAULTS = [0, 0, 0, 0.01, 0.05, 0.2]

export interface DrawnPickle {
  readonly bytes: Buffer
  /** What it is, in a few words. */
  readonly what: string
  /** The storages that it describes. */
  readonly named: readonly Storage[]
}

/** An object that names these storages. */
export function drawObject(random: Random, storages: readonly Storage[], legacy: boolean): DrawnPickle {
  const g = new Grammar(random, storages, legacy, random.pick(FAULTS))
  const form = random.weighted(FORMS)
  if (form === 'state') state(g)
  if (form === 'checkpoint') checkpoint(g)
  if (form === 'parts') dictOf(g, names(random, random.between(2, 4)), () => state(g))
  if (form === 'row') g.out.tuple(random.below(4), () => (random.chance(0.8) ? state(g) : value(g)))
  if (form === 'value') value(g)
  if (form === 'tensor') tensor(g)
  return { bytes: g.out.stop(), what: g.faults === 0 ? form : `${form} with faults`, named: [...g.named] }
}

/** An object that is large or deep in one respect, alone or beside a state_dict. */
export function drawBulk(random: Random, storages: readonly Storage[], legacy: boolean): DrawnPickle {
  const g = new Grammar(random, storages, legacy, 0)
  let what = ''
  const large = () => {
    what = bulk(g)
  }
  if (random.chance(0.5)) large()
  else dictOf(g, ['state_dict', name(random)], (key) => (key === 'state_dict' ? state(g) : large()))
  return { bytes: g.out.stop(), what, named: [...g.named] }
}

function state(g: Grammar): void {
  const ordered = g.random.chance(0.8)
  if (ordered) g.out.orderedDict()
  else g.out.u8(OP.EMPTY_DICT)
  if (g.random.chance(0.3)) g.shared.push(g.out.put())
  g.setItems(
    names(g.random, g.random.size(12)).map((key) => () => {
      g.out.text(key)
      if (g.breaks) value(g, 3)
      else if (g.shared.length > 0 && g.random.chance(0.1)) g.share()
      else tensor(g)
    }),
  )
  if (!ordered || g.random.chance(0.5)) return
  g.out.u8(OP.EMPTY_DICT) // its _metadata
  g.setItems([() => g.out.text('_metadata') && value(g, 4)])
  g.out.u8(OP.BUILD)
}

function checkpoint(g: Grammar): void {
  const keys = [
    g.random.pick(USUAL),
    ...['epoch', 'optimizer', 'args', 'best'].filter(() => g.random.chance(0.5)),
  ]
  dictOf(g, g.random.chance(0.5) ? keys : keys.reverse(), (key) => {
    if (key === 'epoch') scalar(g)
    else if (key === 'optimizer') optimizer(g)
    else if (key === 'args' || key === 'best') value(g, 3)
    else if (g.random.chance(0.2)) dictOf(g, [g.random.pick(USUAL)], () => state(g))
    else state(g)
  })
}

function optimizer(g: Grammar): void {
  dictOf(g, ['state', 'param_groups'], (key) => {
    if (key === 'param_groups') return value(g, 4)
    g.out.u8(OP.EMPTY_DICT)
    const moments = ['exp_avg', 'exp_avg_sq']
    g.setItems(
      Array.from({ length: g.random.below(4) }, (_, index) => () => {
        g.out.int(index)
        dictOf(g, moments, () => tensor(g))
      }),
    )
  })
}

function dictOf(g: Grammar, keys: readonly string[], push: (key: string) => void): void {
  g.out.u8(OP.EMPTY_DICT)
  g.setItems(
    keys.map((key) => () => {
      g.out.text(key)
      push(key)
    }),
  )
}
