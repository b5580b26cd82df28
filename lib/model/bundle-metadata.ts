// What a bundle says about its model besides the weights, and the checks of it.

import * as check from '../check.js'
import type { ArchitectureName, HeadSpec, NormalisationSpec } from '../native/index.js'
import { ARCHITECTURE_NAMES } from './architectures.js'
import { checkHeadSpec } from './head.js'
import { checkNormalisation } from './normalisation.js'

/** The one format that this version writes and reads. */
export const BUNDLE_FORMAT = 1
/** Pixels a side that a bundle can say. */
export const INPUT_SIZE_LIMIT = 8192

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export interface BundleMetadata {
  readonly format: typeof BUNDLE_FORMAT
  readonly architecture: ArchitectureName
  readonly head: HeadSpec
  /** Names of the identities by label; as many as the head has classes where it has any, none twice. */
  readonly classes: readonly string[]
  /** Pixels a side. */
  readonly inputSize: number
  readonly normalisation: NormalisationSpec
  /** What was measured with these weights, such as valTop1. null: measured, but not a finite number. */
  readonly metrics: Readonly<Record<string, number | null>>
  /** How it was trained, or null. */
  readonly recipe: { readonly [key: string]: Json } | null
  /** Of what made it, such as { facecls: '0.1.0', torch: '2.13.0' }. */
  readonly versions: Readonly<Record<string, string>>
}

/** Checks everything but the format. Keys that a later version may add are left out. */
export function checkBundleMetadata(value: unknown): BundleMetadata {
  const given = record('metadata', value)
  const head = checkHeadSpec('head', given.head)
  return {
    format: BUNDLE_FORMAT,
    architecture: check.oneOf('architecture', given.architecture, ARCHITECTURE_NAMES),
    head,
    classes: checkClasses(given.classes, head.kind === 'embedding' ? null : head.classes),
    inputSize: check.integer('inputSize', given.inputSize, 1, INPUT_SIZE_LIMIT),
    normalisation: checkNormalisation('normalisation', record('normalisation', given.normalisation)),
    metrics: checkMetrics(given.metrics),
    recipe: given.recipe === null ? null : (record('recipe', given.recipe) as { [key: string]: Json }),
    versions: checkVersions(given.versions),
  }
}

function record(name: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new TypeError(check.expected('an object', name, value))
}

function checkClasses(value: unknown, count: number | null): string[] {
  if (!Array.isArray(value)) throw new TypeError(check.expected('an array of names', 'classes', value))
  if (count !== null && value.length !== count) {
    throw new RangeError(
      `Expected ${count} names, the head's classes, for classes but received ${value.length}`,
    )
  }
  const names = new Set<string>()
  value.forEach((name, label) => {
    check.string(`classes[${label}]`, name)
    if (names.has(name))
      throw new RangeError(check.expected('a name that no other class has', `classes[${label}]`, name))
    names.add(name)
  })
  return [...names]
}

function checkMetrics(value: unknown): Record<string, number | null> {
  const metrics = Object.entries(record('metrics', value))
  return Object.fromEntries(
    metrics.map(([name, metric]) => [name, metric === null ? null : check.number(`metrics.${name}`, metric)]),
  )
}

function checkVersions(value: unknown): Record<string, string> {
  const versions = Object.entries(record('versions', value))
  return Object.fromEntries(
    versions.map(([name, version]) => [name, check.string(`versions.${name}`, version)]),
  )
}
