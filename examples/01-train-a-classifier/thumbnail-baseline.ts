// How far one gets without learning: the nearest training photograph by the grey values of a 16 x 16 thumbnail.

import sharp from 'sharp'

export interface LabelledPhotograph {
  file: string
  label: string
}

const side = 16

/**
 * The share of `queries`, in [0, 1], whose nearest photograph among `references` shows the same person. The distance is the sum
 * of squared differences; of equally near references the first counts.
 */
export async function thumbnailAccuracy(
  references: readonly LabelledPhotograph[],
  queries: readonly LabelledPhotograph[],
): Promise<number> {
  if (references.length === 0 || queries.length === 0) {
    throw new RangeError('Expected at least one reference and one query but received none')
  }
  const known = await Promise.all(references.map((photograph) => thumbnail(photograph.file)))
  let correct = 0
  for (const query of queries) {
    const nearest = nearestIndex(known, await thumbnail(query.file))
    if (references[nearest]?.label === query.label) correct++
  }
  return correct / queries.length
}

async function thumbnail(file: string): Promise<Uint8Array> {
  return sharp(file).autoOrient().greyscale().resize(side, side, { fit: 'fill' }).raw().toBuffer()
}

function nearestIndex(known: readonly Uint8Array[], query: Uint8Array): number {
  let nearest = 0
  let least = Infinity
  for (const [index, reference] of known.entries()) {
    let distance = 0
    for (let i = 0; i < query.length; i++) distance += ((reference[i] ?? 0) - (query[i] ?? 0)) ** 2
    if (distance < least) [nearest, least] = [index, distance]
  }
  return nearest
}
