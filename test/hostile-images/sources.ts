// Draws the photographs that are damaged: one of each form that cameras, editors and web pages save.

import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { hasImageExtension } from '../../lib/data/photographs.js'
import { Random } from '../fuzz/random.js'

export interface Source {
  readonly name: string
  /** With its dot. */
  readonly extension: string
  readonly bytes: Buffer
  /** Only its first frame is read, so that damages behind that may pass. */
  readonly animated: boolean
}

/** Large enough (more than 32 kB in most formats, 256 pixels a side) to be shrunk while it is decoded. */
const LARGE = [400, 300] as const
const SMALL = [120, 90] as const

/** A head before a gradient, with the grain of a camera. */
export function photograph([width, height]: readonly [number, number], alpha = false): Sharp {
  const random = new Random('photograph', width, height)
  const channels = alpha ? 4 : 3
  const data = Buffer.alloc(width * height * channels)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      const isHead = ((x / width - 0.5) / 0.28) ** 2 + ((y / height - 0.5) / 0.4) ** 2 < 1
      const grain = random.below(12)
      const light = (180 * (x + y)) / (width + height)
      data[at] = (isHead ? 200 : light) + grain
      data[at + 1] = (isHead ? 150 : light / 2 + 60) + grain
      data[at + 2] = (isHead ? 120 : 220 - light) + grain
      if (alpha) data[at + 3] = isHead ? 255 : 128
    }
  }
  return sharp(data, { raw: { width, height, channels } })
}

/** Two frames, one above the other. */
async function animation(): Promise<Sharp> {
  const [width, height] = SMALL
  const frames = await photograph([width, 2 * height])
    .raw()
    .toBuffer()
  return sharp(frames, { raw: { width, height: 2 * height, channels: 3, pageHeight: height } })
}

const forms: Readonly<Record<string, () => Sharp | Promise<Sharp>>> = {
  'JPEG.jpg': () => photograph(LARGE).jpeg({ quality: 95 }),
  'progressive JPEG.jpg': () => photograph(LARGE).jpeg({ quality: 95, progressive: true }),
  'PNG.png': () => photograph(LARGE).png(),
  'WebP.webp': () => photograph(LARGE).webp({ quality: 95 }),
  'AVIF.avif': () => photograph(LARGE).avif({ quality: 90, effort: 0 }),
  'TIFF.tif': () => photograph(LARGE).tiff({ compression: 'none' }),
  'GIF.gif': () => photograph(LARGE).gif({ effort: 1 }),
  'grey JPEG.jpeg': () => photograph(SMALL).toColourspace('b-w').jpeg(),
  'CMYK JPEG.jpg': () => photograph(SMALL).toColourspace('cmyk').jpeg(),
  'turned JPEG.jpg': () =>
    photograph(SMALL).withMetadata({ orientation: 6 }).jpeg({ chromaSubsampling: '4:4:4' }),
  'JPEG with a profile.jpg': () => photograph(SMALL).withIccProfile('p3').jpeg(),
  'interlaced PNG.png': () => photograph(SMALL).png({ progressive: true }),
  '16-bit PNG.png': () => photograph(SMALL).toColourspace('rgb16').png(),
  'palette PNG.png': () => photograph(SMALL).png({ palette: true }),
  'transparent PNG.png': () => photograph(SMALL, true).png(),
  'grey PNG.png': () => photograph(SMALL).toColourspace('b-w').png(),
  'lossless WebP.webp': () => photograph(SMALL).webp({ lossless: true, effort: 1 }),
  'transparent WebP.webp': () => photograph(SMALL, true).webp(),
  'transparent AVIF.avif': () => photograph(SMALL, true).avif({ effort: 0 }),
  'LZW TIFF.tiff': () => photograph(SMALL).tiff({ compression: 'lzw', predictor: 'horizontal' }),
  'deflate TIFF.tiff': () => photograph(SMALL).tiff({ compression: 'deflate' }),
  'tiled TIFF.tif': () =>
    photograph(SMALL).tiff({ compression: 'lzw', tile: true, tileWidth: 32, tileHeight: 32 }),
  'JPEG in TIFF.tif': () => photograph(SMALL).tiff({ compression: 'jpeg' }),
  '16-bit TIFF.tif': () => photograph(SMALL).toColourspace('rgb16').tiff({ compression: 'none' }),
  'fax TIFF.tif': () =>
    photograph(SMALL).threshold().toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 }),
  'animated GIF.gif': async () => (await animation()).gif({ effort: 1, loop: 0 }),
  'animated WebP.webp': async () => (await animation()).webp({ loop: 0 }),
}

export async function drawnSources(): Promise<Source[]> {
  const sources: Source[] = []
  for (const [file, draw] of Object.entries(forms)) {
    const extension = extname(file)
    const name = file.slice(0, -extension.length)
    sources.push({
      name,
      extension,
      bytes: await (await draw()).toBuffer(),
      animated: name.startsWith('animated'),
    })
  }
  return sources
}

/** The photographs below a folder, by name. */
export function sourcesOf(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(hasImageExtension)
    .sort()
    .map((name) => ({
      name,
      extension: extname(name),
      bytes: readFileSync(join(folder, name)),
      animated: false,
    }))
}
