// What the networks start from: --from as a name or a path for each.

import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UsageError } from '../shared/command-line.js'
import { shownPath } from '../shared/shown-path.js'
import { bestModel, type Network, networks } from './networks.js'

const extensions = ['.safetensors', '.pt', '.pth']

/**
 * By slug: a name, an absolute path, or null for random weights.
 *
 * @throws UsageError where the folder lacks the weights of a network.
 */
export async function findWeights(from: string): Promise<Record<string, string | null>> {
  const found = networks.map(async (network) => [network.slug, await weightsOf(network, from)] as const)
  return Object.fromEntries(await Promise.all(found))
}

async function weightsOf(network: Network, from: string): Promise<string | null> {
  if (from === 'random') return null
  if (from === 'published') return network.published
  const folder = resolve(from)
  const { slug, displayName } = network
  for (const file of [bestModel(folder, network), ...extensions.map((end) => resolve(folder, slug + end))])
    if ((await stat(file).catch(() => null))?.isFile()) return file
  throw new UsageError(
    `--from "${shownPath(folder)}" holds no weights of ${displayName}: neither ${slug}/best.safetensors, as a comparison ` +
      `leaves it, nor ${slug}${extensions.join(` or ${slug}`)}; or give published or random`,
  )
}
