// Tells trainings apart before they are started.

import { createHash } from 'node:crypto'
import { sep } from 'node:path'
import type { FaceDataset } from '../../data/index.js'
import { sourceName } from '../../model/index.js'
import type { Plan } from './job.js'

/** A hash of the network, the weights it starts from by their name, the photographs by theirs, and all settings that matter. */
export function fingerprintOf({ classifier, data, settings }: Plan): string {
  const { architecture, classes, head, pretrained } = classifier
  // Where decoded photographs are kept, and how often a run is saved, changes nothing.
  const { augmentation, cache: _, checkpoints: __, ...others } = settings
  const facts = {
    ...{ architecture, classes, head },
    pretrained: pretrained === null ? null : sourceName(pretrained.source),
    train: namesOf(data.train),
    val: namesOf(data.val),
    augmentation: augmentation.spec,
    ...others,
  }
  const text = JSON.stringify(facts, (key, value) => (key === 'predicate' && value ? String(value) : value))
  return createHash('sha256').update(text).digest('hex')
}

const known = new WeakMap<FaceDataset, string>()

/** Of the photographs' folders and own names, so that a dataset may be moved. Once a dataset: it may have very many. */
function namesOf(dataset: FaceDataset): string {
  const before = known.get(dataset)
  if (before !== undefined) return before
  const hash = createHash('sha256')
  for (let i = 0; i < dataset.length; i++)
    hash.update(`${dataset.at(i).file.split(sep).slice(-2).join('/')}\0`)
  const labels = dataset.labels()
  hash.update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength))
  const names = hash.digest('hex')
  known.set(dataset, names)
  return names
}
