// Where a network's weights come from before it is trained.

import { basename } from 'node:path'
import * as check from '../check.js'
import { quoted } from '../files/index.js'
import type { ArchitectureName } from '../native/index.js'
import {
  checkTensors,
  type NamedTensor,
  type PretrainedName,
  type PretrainedWeights,
  pretrainedWeights,
} from '../weights/index.js'
import type { ExpectedMisfits } from './match.js'

/** A name of the catalog, the path of a weight file, or tensors under PyTorch's names. */
export type PretrainedFrom<Name extends ArchitectureName = ArchitectureName> =
  | PretrainedName<Name>
  | (string & {})
  | readonly NamedTensor[]

export type PretrainedSource =
  | { readonly kind: 'published'; readonly published: PretrainedWeights }
  /** `published`: the row of the catalog whose file has this name. */
  | { readonly kind: 'file'; readonly path: string; readonly published: PretrainedWeights | null }
  | { readonly kind: 'tensors'; readonly tensors: readonly NamedTensor[]; readonly published: null }

export interface Pretrained {
  readonly source: PretrainedSource
  readonly expected: ExpectedMisfits
}

/** @throws TypeError or RangeError: no source of weights, or a name of the catalog that is another network's. */
export function pretrainedOf(
  architecture: ArchitectureName,
  from: unknown,
  options: ExpectedMisfits | undefined,
): Pretrained {
  const given = check.options('pretrained', options, ['missing', 'unexpected', 'wrongShape'])
  const expected: ExpectedMisfits = {
    missing: names('missing', given.missing),
    unexpected: names('unexpected', given.unexpected),
    wrongShape: names('wrongShape', given.wrongShape),
  }
  return Object.freeze({
    source: Object.freeze(sourceOf(architecture, from)),
    expected: Object.freeze(expected),
  })
}

/** The weights of a file, whatever it is called. */
export function pretrainedFile(path: string): Pretrained {
  return Object.freeze({
    source: Object.freeze({ kind: 'file', path, published: null }),
    expected: Object.freeze({}),
  })
}

/** As a person calls it: it travels with the model, and folders of its maker are nobody's business. */
export function sourceName(source: PretrainedSource): string {
  if (source.kind === 'tensors') return 'tensors'
  return source.kind === 'file' ? basename(source.path) : source.published.name
}

function sourceOf(architecture: ArchitectureName, from: unknown): PretrainedSource {
  if (Array.isArray(from)) {
    checkTensors('pretrained', from)
    const tensors = from.map(({ name, dtype, shape, data }) =>
      Object.freeze({ name, dtype, shape: [...shape], data }),
    )
    return { kind: 'tensors', tensors: Object.freeze(tensors), published: null }
  }
  if (typeof from !== 'string' || from === '')
    throw new TypeError(check.expected('a name, a path or an array of tensors', 'pretrained', from))
  const rows = pretrainedWeights.filter((row) => row.architecture === architecture)
  const published = rows.find(({ name }) => name === from)
  if (published !== undefined) return { kind: 'published', published }
  const other = pretrainedWeights.find(({ name }) => name === from)
  if (other !== undefined) {
    const choices = rows.map(({ name }) => `'${name}'`).join(', ')
    throw new RangeError(
      `Expected ${choices} or a path for pretrained of ${architecture} but received ${quoted(from)}, which are weights of ${other.architecture}`,
    )
  }
  return {
    kind: 'file',
    path: from,
    published: rows.find(({ fileName }) => fileName === basename(from)) ?? null,
  }
}

function names(key: string, value: unknown): readonly string[] {
  if (value === undefined) return []
  if (!Array.isArray(value))
    throw new TypeError(check.expected('an array of names', `pretrained.${key}`, value))
  return Object.freeze(Array.from(value, (name, index) => check.string(`pretrained.${key}[${index}]`, name)))
}
