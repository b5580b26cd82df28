import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import {
  Augmentation,
  FaceDataset,
  type PreviewOptions,
  type PreviewPhotographs,
} from '../../lib/data/index.js'
import { type AugmentationDraw, native } from '../../lib/native/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { drawn, place } from './drawn.js'
import { thrownBy } from './thrown.js'

const SIZE = 32

/** Colours that tell left from right and top from bottom, (32 x 32). */
function photograph(seed = 0): Promise<Buffer> {
  return drawn(SIZE, SIZE, (x, y) => [8 * x, 8 * y, (40 * seed) % 256])
    .png()
    .toBuffer()
}

/** The pixels of a sheet's tile, by row and column. */
async function tiles(file: string) {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
  const [left, top] = [28, 28 + 25 + 2 + 17 + 2 + 12]
  return (row: number, column: number) => {
    const pixels = Buffer.alloc(SIZE * SIZE * 3)
    for (let y = 0; y < SIZE; y++) {
      const start = 3 * ((top + row * (SIZE + 5 + 15 + 14) + y) * info.width + left + column * (SIZE + 14))
      data.copy(pixels, 3 * y * SIZE, start, start + 3 * SIZE)
    }
    return pixels
  }
}

describe('wrong arguments', () => {
  const right = { output: 'never.png' }
  const given = new Uint8Array(4)
  test.each<[string, unknown, unknown, ErrorConstructor, string]>([
    ['nothing', undefined, right, TypeError, 'a path, a Buffer, a list or a FaceDataset for photographs'],
    ['a number', 3, right, TypeError, 'for photographs but received 3'],
    ['an empty path', '', right, TypeError, 'a non-empty string for photographs'],
    ['a list of numbers', [given, 3], right, TypeError, 'a path or a Buffer for photographs[1]'],
    ['an empty list', [], right, RangeError, '1 to 16 photographs for photographs'],
    ['a long list', Array(17).fill(given), right, RangeError, '1 to 16 photographs for photographs'],
    ['no options', given, undefined, TypeError, 'a non-empty string for output'],
    ['no output', given, {}, TypeError, 'a non-empty string for output'],
    ['an unknown option', given, { ...right, rows: 2 }, TypeError, 'Unknown option rows in options'],
    ['a size', given, { ...right, size: 8 }, RangeError, 'an integer between 16 and 512 for size'],
    ['no variations', given, { ...right, variations: 0 }, RangeError, 'between 1 and 24 for variations'],
    ['a seed', given, { ...right, seed: -1 }, RangeError, 'at least 0 for seed'],
    ['an epoch', given, { ...right, epoch: 0.5 }, TypeError, 'at least 0 for epoch'],
    ['a signal', given, { ...right, signal: 1 }, TypeError, 'an AbortSignal for signal'],
  ])('%s', async (_, photographs, options, error, message) => {
    const preview = Augmentation.none().preview(photographs as PreviewPhotographs, options as PreviewOptions)
    const thrown = await thrownBy(preview)
    expect(thrown).toBeInstanceOf(error)
    expect(thrown.message).toContain(message)
  })
})

test('a row is the original and what a training draws for it, epoch by epoch', async () => {
  const root = temporaryFolder()
  const output = join(root, 'sheet.png')
  const augmentation = Augmentation.none().horizontalFlip().rotation(20).brightness(0.5)
  const photographs = [await photograph(1), await photograph(2)]
  const options = { output, size: SIZE, variations: 3, seed: 5, epoch: 2 }
  const written = await augmentation.preview(photographs, options)
  const { width, height } = await sharp(output).metadata()
  expect(written).toEqual({ file: output, width, height })

  const tile = await tiles(output)
  for (const [sample, bytes] of photographs.entries()) {
    const pixels = await sharp(bytes).raw().toBuffer()
    expect(tile(sample, 0)).toEqual(pixels)
    for (let k = 0; k < 3; k++) {
      const sizes = { height: SIZE, width: SIZE }
      const samples = Int32Array.of(sample)
      const spec = { augmentation: augmentation.spec, seed: 5, epoch: 2 + k, samples, ...sizes }
      const [draw] = native().drawAugmentations(spec) as [AugmentationDraw]
      const output = { outputHeight: SIZE, outputWidth: SIZE }
      const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
      const expected = native().augmentPixels({ pixels, ...sizes, ...output, draw, normalisation })
      expect(tile(sample, 1 + k)).toEqual(Buffer.from(expected))
    }
  }
})

test('the same call writes the same sheet; another seed another one', async () => {
  const root = temporaryFolder()
  const given = join(root, 'photograph.png')
  writeFileSync(given, await photograph())
  const write = async (name: string, seed: number) => {
    const { file } = await Augmentation.standard().preview(given, {
      output: join(root, name),
      size: SIZE,
      seed,
    })
    return readFileSync(file)
  }
  const first = await write('a.png', 1)
  expect(await write('b.png', 1)).toEqual(first)
  expect(await write('c.png', 2)).not.toEqual(first)
})

test('of a dataset six photographs are shown, evenly spread', async () => {
  const root = temporaryFolder()
  for (let index = 0; index < 12; index++)
    place(root, [`${index < 6 ? 'anna' : 'ben'}/${index + 10}.png`], await photograph(index))
  const faces = await FaceDataset.fromFolder(root)
  const output = join(root, 'sheet.png')
  await Augmentation.none().preview(faces, { output, size: SIZE, variations: 1 })
  const tile = await tiles(output)
  for (let row = 0; row < 6; row++)
    expect(tile(row, 1)).toEqual(
      await sharp(await photograph(2 * row))
        .raw()
        .toBuffer(),
    )
  expect(
    (
      await thrownBy(
        Augmentation.none().preview(
          faces.filter(() => false),
          { output },
        ),
      )
    ).message,
  ).toContain('holds no photograph')
})

test('what cannot be read or is aborted writes nothing', async () => {
  const output = join(temporaryFolder(), 'sheet.png')
  const preview = Augmentation.none()
  expect(await thrownBy(preview.preview(Buffer.from('no image'), { output }))).toMatchObject({
    code: 'IMAGE',
  })
  expect(await thrownBy(preview.preview('missing.png', { output }))).toMatchObject({ code: 'FILE' })
  const signal = AbortSignal.abort()
  expect(await thrownBy(preview.preview(await photograph(), { output, signal }))).toMatchObject({
    code: 'ABORTED',
  })
  expect(existsSync(output)).toBe(false)
})
