// What stands before the names of a network in a file: 'module.' of DataParallel, 'model.' of other trainings.

import { listed } from '../files/index.js'

interface Named {
  readonly name: string
}

/**
 * Takes off the names of a file what stands before the network's there. Names that do not begin so keep theirs.
 *
 * @param wanted Names in the network.
 * @throws Error, made by `refuse` of a reason without a full stop, where the file holds the network several times.
 */
export function withoutPrefix<T extends Named>(
  tensors: readonly T[],
  wanted: readonly string[],
  refuse: (reason: string) => Error,
): T[] {
  const prefix = prefixOf(tensors, new Set(wanted), refuse)
  if (prefix === '') return [...tensors]
  const known = new Set(tensors.map(({ name }) => name))
  return tensors.map((tensor) => {
    if (!tensor.name.startsWith(prefix)) return tensor
    const name = tensor.name.slice(prefix.length)
    if (known.has(name))
      throw refuse(`it holds ${listed([name])} twice, with ${listed([prefix])} before it and without`)
    return { ...tensor, name }
  })
}

/** With its last dot; '' where most names of the network are not in the file at all. */
function prefixOf(
  tensors: readonly Named[],
  wanted: ReadonlySet<string>,
  refuse: (reason: string) => Error,
): string {
  const counts = new Map<string, number>()
  for (const { name } of tensors) {
    for (let start = 0; start < name.length; start = end(name, start)) {
      if (!wanted.has(name.slice(start))) continue
      const prefix = name.slice(0, start)
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1)
    }
  }
  const most = Math.max(0, ...counts.values())
  const likeliest = [...counts].filter(([, count]) => count === most).map(([prefix]) => prefix)
  const [only = ''] = likeliest
  if (likeliest.includes('') || 2 * most < wanted.size) return ''
  if (likeliest.length === 1) return only
  throw refuse(`it holds this network ${likeliest.length} times, under ${listed(likeliest)}`)
}

/** Behind the next dot. */
function end(name: string, start: number): number {
  const dot = name.indexOf('.', start)
  return dot === -1 ? name.length : dot + 1
}
