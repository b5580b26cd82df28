// What a training learns from and is measured on, as it is given.

import * as check from '../check.js'
import { FaceDataset } from '../data/index.js'
import type { TrainingData } from './settings.js'

/** Checks that a value is a labelled dataset of these classes. */
export function trainingData(classes: readonly string[], data: TrainingData): TrainingData {
  if (data === undefined) throw new TypeError(check.expected('an object', 'data', data))
  const { train, val } = check.options('data', data, ['train', 'val'])
  return Object.freeze({ train: labelled('train', train, classes), val: labelled('val', val, classes) })
}

function labelled(name: string, dataset: unknown, classes: readonly string[]): FaceDataset {
  if (!(dataset instanceof FaceDataset)) throw new TypeError(check.expected('a FaceDataset', name, dataset))
  if (dataset.length === 0)
    throw new RangeError(`Expected at least one photograph for ${name} but received none`)
  const same =
    dataset.classes.length === classes.length && dataset.classes.every((own, i) => own === classes[i])
  if (same) return dataset
  throw new RangeError(
    `Expected the ${classes.length} identities of the classifier for ${name}.classes but received ` +
      `${dataset.classes.length === classes.length ? 'others' : dataset.classes.length}; ` +
      'make the classifier with { classes: faces.classes } and split the same faces',
  )
}
