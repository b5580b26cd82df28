// Random files of PyTorch's zip format, most of them right but for what lies in their pickle.

import { zipOf } from '../scripts/zip-writer.js'
import { type DrawnPickle, drawBulk, drawObject } from './checkpoints.js'
import type { Storage } from './grammar.js'
import type { DrawnFile } from './inputs.js'
import { COUNT } from './limits.js'
import type { Random } from './random.js'
import { drawStorages } from './tensors.js'
import { damage } from './zip-damage.js'

/** Of the inputs, those that are large in one respect. */
const BULK = 0.02
const LARGE = 2 ** 21
/** As many as an archive without Zip64 can count. */
const ENTRIES = 2 ** 16 - 1

export function drawZip(random: Random): DrawnFile {
  const { storages, object } = drawContent(random, false)
  const folder = random.pick(['archive/', 'weights/', '\u00e9\u001b/', '__proto__/'])
  const files: Record<string, Uint8Array | string> = { [`${folder}data.pkl`]: object.bytes }
  if (random.chance(0.8)) files[`${folder}byteorder`] = random.chance(0.98) ? 'little' : 'big'
  for (const storage of storages) {
    if (!random.chance(0.01)) files[`${folder}data/${storage.key}`] = dataOf(random, storage)
  }
  files[`${folder}version`] = '3\n'
  const oddity = random.weighted({ none: 30, code: 1, folders: 1, nested: 1, entries: 1 })
  if (oddity === 'code') files[`${folder}constants.pkl`] = ''
  if (oddity === 'folders') files['other/data.pkl'] = object.bytes
  if (oddity === 'nested') files[`${folder}${folder}data.pkl`] = object.bytes
  const more = oddity === 'entries' ? random.size(random.chance(0.2) ? COUNT : 100) : 0
  for (let index = 0; index < more; index++) files[`${folder}extra/${index}`] = ''
  const zip = zipOf(files, {
    deflate: random.chance(0.01),
    zip64: random.chance(0.2) || Object.keys(files).length > ENTRIES,
    comment: random.chance(0.1) ? random.bytes(random.size(300)).toString('latin1') : '',
  })
  const note = random.chance(0.12) ? `, ${damage(random, zip)}` : ''
  return { bytes: zip, what: `${object.what}${oddity === 'none' ? '' : `, ${oddity}`}${note}` }
}

/** An object and the storages that it names. */
export function drawContent(random: Random, legacy: boolean): { storages: Storage[]; object: DrawnPickle } {
  if (!random.chance(BULK)) {
    const storages = drawStorages(random)
    return { storages, object: drawObject(random, storages, legacy) }
  }
  const kind = random.weighted({ few: 6, many: 2, large: 3 })
  const storages =
    kind === 'few'
      ? drawStorages(random)
      : kind === 'many'
        ? drawStorages(random, random.size(COUNT), 3)
        : drawStorages(random, 1, LARGE)
  return { storages, object: drawBulk(random, storages, legacy) }
}

/** The values of a storage, now and then too many or too few. */
export function dataOf(random: Random, { elements, width }: Storage): Buffer {
  const wrong = random.chance(0.02) ? random.between(-3, 3) : 0
  return random.filled(Math.max(0, elements * width + wrong))
}
