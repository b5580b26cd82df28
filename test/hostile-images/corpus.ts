// All inputs in their order: a fixed list first, then damages of several kinds, without end.

import sharp from 'sharp'
import { avifBombs } from './avif-bombs.js'
import { claimInputs } from './claims.js'
import { cutInputs, damagedInputs, mixedInput, wholeInputs } from './damaged.js'
import { truncated } from './damages.js'
import { gifAndWebpBombs } from './gif-webp-bombs.js'
import type { Input } from './input.js'
import { jpegOddities } from './jpeg-oddities.js'
import { metadataInputs } from './metadata.js'
import { impossibleNames, nameInputs } from './names.js'
import { oddityInputs } from './oddities.js'
import { pngBombs } from './png-bombs.js'
import { shapeInputs } from './shapes.js'
import { drawnSources, photograph, type Source, sourcesOf } from './sources.js'
import { renamedInputs, strangerInputs } from './strangers.js'
import { tiffBombs } from './tiff-bombs.js'

/** As many as `fixed` has are in the list; any further index is a mixture. */
export interface Corpus {
  readonly fixed: number
  readonly input: (index: number) => Input
}

/** @param faces a folder of photographs, which are tried as they are and take part in the mixtures */
export async function corpus(seed: number, faces: string | null): Promise<Corpus> {
  const drawn = await drawnSources()
  const given = faces === null ? [] : sourcesOf(faces)
  const list = [...(await fixedInputs(drawn, seed)), ...wholeInputs(given)]
  return {
    fixed: list.length,
    input: (index) => list[index] ?? mixedInput(drawn, given, seed, index),
  }
}

async function fixedInputs(drawn: readonly Source[], seed: number): Promise<Input[]> {
  const of = (name: string) => drawn.find((source) => source.name === name)?.bytes as Buffer
  const tile = await photograph([64, 64]).avif({ effort: 0 }).toBuffer()
  const profile = (await sharp(of('JPEG with a profile')).metadata()).icc as Buffer
  const small = of('grey JPEG')
  return [
    ...wholeInputs(drawn),
    ...cutInputs(drawn),
    ...damagedInputs(drawn, seed),
    ...claimInputs(drawn),
    ...pngBombs(of('grey PNG')),
    ...jpegOddities(of('JPEG'), of('progressive JPEG')),
    ...tiffBombs,
    ...gifAndWebpBombs(of('lossless WebP')),
    ...avifBombs(of('AVIF'), tile),
    ...metadataInputs(of('turned JPEG'), of('CMYK JPEG'), profile, seed),
    ...strangerInputs(),
    ...renamedInputs(drawn),
    ...shapeInputs(),
    ...oddityInputs(small),
    ...nameInputs(small, truncated(small, 50)),
    ...impossibleNames(),
  ]
}
