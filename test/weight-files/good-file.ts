// Checks a file that must load: its names, types, shapes and every value.

import { join } from 'node:path'
import { messageOf } from '../../lib/errors.js'
import { quoted } from '../../lib/files/index.js'
import { type NamedTensor, readWeights } from '../../lib/weights/index.js'
import type { FileCheck } from './checks.js'
import { EXPECTED } from './expected.js'
import { doublesOf, isSame } from './values.js'

interface ExpectedTensor {
  readonly dtype: string
  readonly shape: readonly unknown[]
  readonly values: readonly unknown[]
}

export async function checkGoodFile(folder: string, file: string, expected: unknown): Promise<FileCheck> {
  const problems = await problemsOf(join(folder, file), expected)
  return { file, pass: problems.length === 0, problems }
}

async function problemsOf(path: string, expected: unknown): Promise<string[]> {
  if (typeof expected !== 'object' || expected === null)
    return [`${EXPECTED} has no object of tensors for it`]
  try {
    const { tensors } = await readWeights(path)
    return compare(new Map(tensors.map((tensor) => [tensor.name, tensor])), new Map(Object.entries(expected)))
  } catch (thrown) {
    return [`it does not load: ${messageOf(thrown)}`]
  }
}

function compare(found: ReadonlyMap<string, NamedTensor>, wanted: ReadonlyMap<string, unknown>): string[] {
  const surplus = [...found.keys()].filter((name) => !wanted.has(name))
  return [
    ...surplus.map((name) => `the tensor ${quoted(name)} is read, which ${EXPECTED} does not list`),
    ...[...wanted].flatMap(([name, tensor]) => {
      const problem = difference(found.get(name), tensor)
      return problem === null ? [] : [`the tensor ${quoted(name)} ${problem}`]
    }),
  ]
}

/** What is wrong with a tensor, as it follows its name. */
function difference(found: NamedTensor | undefined, wanted: unknown): string | null {
  if (!isTensor(wanted)) return `has no dtype, shape and values in ${EXPECTED}`
  if (found === undefined) return 'is missing'
  const { dtype, shape, values } = wanted
  if (found.dtype !== dtype) return `is ${found.dtype}, not ${dtype}`
  if (found.shape.join() !== shape.join()) return `has the shape [${found.shape}], not [${shape}]`
  const doubles = doublesOf(found)
  if (doubles.length !== values.length) return `has ${doubles.length} values, not ${values.length}`
  const index = doubles.findIndex((value, at) => !isSame(value, values[at]))
  return index === -1 ? null : `has ${doubles[index]} as value ${index}, not ${values[index]}`
}

function isTensor(value: unknown): value is ExpectedTensor {
  if (typeof value !== 'object' || value === null) return false
  const { dtype, shape, values } = value as Partial<ExpectedTensor>
  return typeof dtype === 'string' && Array.isArray(shape) && Array.isArray(values)
}
