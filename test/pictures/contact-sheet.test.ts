import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { fitted } from '../../lib/pictures/chart-text.js'
import { type ContactSheetSpec, contactSheet, type SheetTile } from '../../lib/pictures/index.js'
import { pixel } from '../data/pixels.js'
import { thrownBy } from '../data/thrown.js'

/** One colour, (width x height). */
function plain(colour: readonly [number, number, number], width = 32, height = 32): SheetTile {
  const pixels = new Uint8Array(width * height * 3)
  for (let i = 0; i < pixels.length; i++) pixels[i] = colour[i % 3] as number
  return { pixels, height, width }
}

const RED = [200, 20, 30] as const
const BLUE = [10, 40, 210] as const

async function decoded(spec: ContactSheetSpec) {
  const png = await contactSheet(spec)
  expect((await sharp(png).metadata()).format).toBe('png')
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  expect(info.channels).toBe(3)
  return { data, width: info.width, height: info.height }
}

/** Where the first pixel of this colour stands, row by row. */
function first({ data, width }: { data: Uint8Array; width: number }, colour: readonly number[]) {
  for (let at = 0; at < data.length; at += 3)
    if (colour.every((value, channel) => data[at + channel] === value))
      return { x: (at / 3) % width, y: Math.floor(at / 3 / width) }
  throw new Error(`no pixel of ${colour}`)
}

describe('wrong arguments', () => {
  const tile = plain(RED)
  const right = { title: 't', tiles: [tile] }
  test.each<[string, unknown, ErrorConstructor, string]>([
    ['nothing', undefined, TypeError, 'Expected an object for sheet but received undefined'],
    ['an unknown option', { ...right, rows: 3 }, TypeError, 'Unknown option rows in sheet'],
    ['no title', { ...right, title: '' }, TypeError, 'Expected a non-empty string for title'],
    ['a subtitle', { ...right, subtitle: 3 }, TypeError, 'Expected a non-empty string for subtitle'],
    ['no tiles', { title: 't' }, TypeError, 'Expected either tiles or groups for sheet'],
    ['tiles and groups', { ...right, groups: [] }, TypeError, 'Expected either tiles or groups for sheet'],
    [
      'an empty list',
      { title: 't', tiles: [] },
      RangeError,
      'Expected an array of 1 to 400 elements for tiles',
    ],
    ['401 tiles', { title: 't', tiles: Array(401).fill(tile) }, RangeError, '1 to 400 elements for tiles'],
    [
      '402 tiles in groups',
      { title: 't', groups: [1, 2].map(() => ({ heading: 'h', tiles: Array(201).fill(tile) })) },
      RangeError,
      'Expected at most 400 tiles for groups but received 402',
    ],
    ['a group', { title: 't', groups: [null] }, TypeError, 'Expected an object for groups[0]'],
    ['no heading', { title: 't', groups: [{ tiles: [] }] }, TypeError, 'for groups[0].heading'],
    ['a tile', { title: 't', tiles: [undefined] }, TypeError, 'Expected an object for tiles[0]'],
    [
      'no pixels',
      { title: 't', tiles: [{ height: 1, width: 1 }] },
      TypeError,
      'a Uint8Array for tiles[0].pixels',
    ],
    [
      'too few pixels',
      { title: 't', tiles: [{ ...tile, width: 31 }] },
      RangeError,
      'Expected 2976 bytes for tiles[0].pixels',
    ],
    ['a height', { title: 't', tiles: [{ ...tile, height: 0 }] }, RangeError, 'for tiles[0].height'],
    [
      'a caption',
      { title: 't', tiles: [{ ...tile, caption: 3 }] },
      TypeError,
      'Expected a string for tiles[0].caption',
    ],
    [
      'a tone',
      { title: 't', tiles: [{ ...tile, tone: 'loud' }] },
      TypeError,
      "Expected one of 'normal', 'warning'",
    ],
    [
      'joined',
      { title: 't', tiles: [{ ...tile, joined: 1 }] },
      TypeError,
      'true or false for tiles[0].joined',
    ],
    ['columns', { ...right, columns: 0 }, RangeError, 'Expected an integer between 1 and 40 for columns'],
    [
      'a tile size',
      { ...right, tileSize: 513 },
      RangeError,
      'Expected an integer between 16 and 512 for tileSize',
    ],
    [
      'a sheet as large as a wall',
      { title: 't', tiles: Array(400).fill(tile), columns: 20, tileSize: 512 },
      RangeError,
      'Expected a sheet of at most 64000000 pixels',
    ],
  ])('%s', async (_, spec, error, message) => {
    const thrown = await thrownBy(contactSheet(spec as ContactSheetSpec))
    expect(thrown).toBeInstanceOf(error)
    expect(thrown.message).toContain(message)
  })
})

test('tiles stand in rows, pixel for pixel where they have the size of a tile', async () => {
  const gradient = plain(RED)
  for (let i = 0; i < gradient.pixels.length; i += 3) gradient.pixels[i + 1] = (i / 3) % 200
  const sheet = await decoded({
    title: 'Two rows',
    tiles: [gradient, plain(RED), plain(BLUE)],
    columns: 2,
    tileSize: 32,
  })
  const { x, y } = first(sheet, gradient.pixels.subarray(0, 3) as unknown as number[])
  for (let row = 0; row < 32; row++) {
    const start = 3 * ((y + row) * sheet.width + x)
    expect(sheet.data.subarray(start, start + 96)).toEqual(
      Buffer.from(gradient.pixels.subarray(96 * row, 96 * row + 96)),
    )
  }
  const blue = first(sheet, BLUE)
  expect(blue.x).toBe(x)
  expect(blue.y).toBeGreaterThanOrEqual(y + 32)
  expect(pixel(sheet, blue.x + 31, blue.y + 31)).toEqual(BLUE)
  expect(pixel(sheet, blue.x + 33, blue.y)).toEqual([255, 255, 255])
})

test('a tile of another shape is fitted in whole and centred', async () => {
  const sheet = await decoded({
    title: 'Shapes',
    tiles: [plain(RED, 64, 16), plain(BLUE, 1, 3000)],
    tileSize: 64,
  })
  const wide = first(sheet, RED)
  expect(pixel(sheet, wide.x + 63, wide.y + 15)).toEqual(RED)
  expect(pixel(sheet, wide.x + 32, wide.y - 10)).toEqual([0xf1, 0xf1, 0xf1])
  expect(pixel(sheet, wide.x + 32, wide.y + 20)).toEqual([0xf1, 0xf1, 0xf1])
  const line = first(sheet, BLUE)
  expect(pixel(sheet, line.x, line.y + 63)).toEqual(BLUE)
  expect(pixel(sheet, line.x + 1, line.y)).toEqual([0xf1, 0xf1, 0xf1])
})

test('a warning has a frame of its own, and what belongs together is joined', async () => {
  const tiles = [plain(BLUE), { ...plain(RED), tone: 'warning' as const, joined: true }]
  const sheet = await decoded({ title: 'Warning', tiles, tileSize: 32 })
  const red = first(sheet, RED)
  expect(pixel(sheet, red.x - 2, red.y - 2)).toEqual([0xd5, 0x5e, 0])
  expect(pixel(sheet, red.x - 8, red.y + 16)).toEqual([0xd5, 0x5e, 0])
  const blue = first(sheet, BLUE)
  expect(pixel(sheet, blue.x - 1, blue.y)).toEqual([0xd4, 0xd4, 0xd4])
})

test('groups stand below each other, an empty one with its heading alone', async () => {
  const tiles = [plain(RED)]
  const one = await decoded({ title: 'One', groups: [{ heading: 'a', tiles }], tileSize: 32 })
  const groups = [
    { heading: 'a', tiles },
    { heading: 'b', note: 'nothing to see', tiles: [] },
    { heading: 'c', tiles: [plain(BLUE)] },
  ]
  const three = await decoded({ title: 'Three', groups, tileSize: 32 })
  expect(three.width).toBe(one.width)
  expect(first(three, RED)).toEqual(first(one, RED))
  expect(first(three, BLUE).y).toBeGreaterThan(first(one, RED).y + 100)
})

test('hostile captions are drawn, not obeyed, and stay below their tile', async () => {
  const hostile = `</text><rect width="999" height="999" fill="#ff0000"/>${'M'.repeat(300)}\u0000\u202e\ud800`
  const tiles = [{ ...plain(BLUE), caption: hostile }, plain(BLUE)]
  const spec = { title: hostile, subtitle: hostile, tiles, tileSize: 32 }
  const sheet = await decoded(spec)
  expect(() => first(sheet, [255, 0, 0])).toThrow('no pixel')
  const { x, y } = first(sheet, BLUE)
  let under = 0
  for (let row = y + 34; row < y + 55; row++) {
    for (let column = x; column < x + 32; column++) if (pixel(sheet, column, row)[0] < 140) under++
    for (let column = x + 33; column < x + 100; column++)
      expect(pixel(sheet, column, row)).toEqual([255, 255, 255])
  }
  expect(under).toBeGreaterThan(10)
})

describe('a text that is fitted', () => {
  test('is left alone where it is short', () => {
    expect(fitted('anna/01.jpg', 128, 12)).toBe('anna/01.jpg')
    expect(fitted('', 128, 12)).toBe('')
  })

  test('loses its middle, so that the end of a name stays', () => {
    const text = fitted(`anna/${'a long name '.repeat(1000)}0001.jpg`, 128, 12)
    expect(text).toMatch(/^anna\/.*\u2026.*0001\.jpg$/)
    expect(text.length).toBeLessThan(30)
  })

  test('never cuts a character in halves', () => {
    expect(fitted('\u{1f600}'.repeat(50), 60, 12)).toMatch(/^\u{1f600}+\u2026\u{1f600}+$/u)
  })

  test('is an ellipsis where nothing fits', () => {
    expect(fitted('anna', 5, 12)).toBe('\u2026')
  })
})
