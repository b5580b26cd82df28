// What duplicates show: copies, wrong labels, and photographs that are learned and measured on.

import { type Catalogue, findingsOf, sizeNote } from './catalogue.js'
import { type Duplicates, spreadOf } from './duplicates.js'
import type { DuplicateGroup, Finding, FindingKind } from './finding.js'
import type { Scan } from './scan.js'

export function duplicateFindings(
  catalogue: Catalogue,
  seen: Scan,
  { exact, alike }: Duplicates,
): Partial<Record<FindingKind, Finding[]>> {
  const own = (groups: Duplicates['exact']) =>
    groups.map((group) => group.filter((index) => catalogue.isOwn(index))).filter(({ length }) => length > 1)
  const contentOf = new Map(exact.flatMap((group) => group.map((index) => [index, group[0] as number])))
  const contents = (group: readonly number[]) =>
    new Set(group.map((index) => contentOf.get(index) ?? index)).size
  const find = (kind: FindingKind, groups: Duplicates['exact']) => {
    const mine = groups.flat().filter((index) => catalogue.isOwn(index))
    return findingsOf(kind, {
      count: mine.length,
      outOf: catalogue.own.length,
      groups: groups.map((group) => groupOf(catalogue, seen, group, contents(group) === 1)),
    })
  }
  return {
    'identity-conflict': find(
      'identity-conflict',
      alike.filter((group) => conflicts(catalogue, group)),
    ),
    'in-both-datasets': find(
      'in-both-datasets',
      alike.filter((group) => leaks(catalogue, group)),
    ),
    'same-file': find('same-file', own(exact)),
    'near-duplicate': find(
      'near-duplicate',
      own(alike).filter((group) => contents(group) > 1),
    ),
  }
}

/** Whether two photographs of a group, one of them of the inspected dataset, have different identities. */
function conflicts(catalogue: Catalogue, group: readonly number[]): boolean {
  const identities = new Set(group.map((index) => catalogue.identityAt(index)))
  identities.delete(null)
  return identities.size > 1 && group.some((index) => catalogue.isOwn(index))
}

function leaks(catalogue: Catalogue, group: readonly number[]): boolean {
  return catalogue.isOwn(group[0] as number) && !catalogue.isOwn(group.at(-1) as number)
}

function groupOf(
  catalogue: Catalogue,
  seen: Scan,
  group: readonly number[],
  sameFile: boolean,
): DuplicateGroup {
  const photographs = group.map((index) => catalogue.photograph(index, sizeNote(seen, index)))
  return Object.freeze({ photographs: Object.freeze(photographs), sameFile, ...spreadOf(seen, group) })
}
