// What a contact sheet shows, and the checks of it.

import * as check from '../check.js'
import { list } from './list.js'

/** One small picture. */
export interface SheetTile {
  /** height x width x 3 bytes, red first. Any size: it is fitted into the tile whole. */
  readonly pixels: Uint8Array
  readonly height: number
  readonly width: number
  /** One line, or two with a line break between them; what does not fit is left out of the middle. */
  readonly caption?: string
  /** 'warning' draws frame and caption in a colour that is seen from afar. Defaults to 'normal'. */
  readonly tone?: 'normal' | 'warning'
  /** Drawn as belonging to the tile before it, by a bar between them. Defaults to false. */
  readonly joined?: boolean
}

/** Tiles under a heading of their own. */
export interface SheetGroup {
  readonly heading: string
  /** A line below the heading. */
  readonly note?: string
  /** May be empty: then heading and note stand alone. */
  readonly tiles: readonly SheetTile[]
}

export interface ContactSheetSpec {
  readonly title: string
  readonly subtitle?: string
  /** Either these in one grid, or groups. At most 400 tiles in all. */
  readonly tiles?: readonly SheetTile[]
  readonly groups?: readonly SheetGroup[]
  /** Tiles side by side, 1 to 40. Defaults to 8. */
  readonly columns?: number
  /** Pixels a side of a tile, 16 to 512. Defaults to 128. */
  readonly tileSize?: number
}

/** Every default filled in. */
export interface CheckedSheet {
  readonly title: string
  readonly subtitle: string | null
  readonly groups: readonly {
    readonly heading: string | null
    readonly note: string | null
    readonly tiles: readonly SheetTile[]
  }[]
  readonly columns: number
  readonly tileSize: number
}

const TILES_LIMIT = 400
const GROUPS_LIMIT = 100
const COLUMNS = 8
const TILE_SIZE = 128
const TONES = ['normal', 'warning'] as const

/** @throws TypeError or RangeError naming the part that is wrong. */
export function checkContactSheet(spec: ContactSheetSpec): CheckedSheet {
  if (spec === undefined) throw new TypeError(check.expected('an object', 'sheet', spec))
  const known = ['title', 'subtitle', 'tiles', 'groups', 'columns', 'tileSize'] as const
  const given = check.options('sheet', spec, known)
  check.string('title', given.title)
  if (given.subtitle !== undefined) check.string('subtitle', given.subtitle)
  if ((given.tiles === undefined) === (given.groups === undefined))
    throw new TypeError('Expected either tiles or groups for sheet but received both or neither')
  const groups =
    given.groups === undefined
      ? [{ heading: null, note: null, tiles: checkTiles('tiles', given.tiles, 1) }]
      : list('groups', given.groups, 1, GROUPS_LIMIT).map((group, index) =>
          checkGroup(`groups[${index}]`, group as SheetGroup),
        )
  const count = groups.reduce((sum, { tiles }) => sum + tiles.length, 0)
  if (count > TILES_LIMIT)
    throw new RangeError(`Expected at most ${TILES_LIMIT} tiles for groups but received ${count}`)
  return {
    title: given.title,
    subtitle: given.subtitle ?? null,
    groups,
    columns: check.integer('columns', given.columns ?? COLUMNS, 1, 40),
    tileSize: check.integer('tileSize', given.tileSize ?? TILE_SIZE, 16, 512),
  }
}

function checkGroup(name: string, group: SheetGroup): CheckedSheet['groups'][number] {
  if (group === undefined) throw new TypeError(check.expected('an object', name, group))
  const { heading, note, tiles } = check.options(name, group, ['heading', 'note', 'tiles'])
  check.string(`${name}.heading`, heading)
  if (note !== undefined) check.string(`${name}.note`, note)
  return { heading, note: note ?? null, tiles: checkTiles(`${name}.tiles`, tiles, 0) }
}

function checkTiles(name: string, tiles: unknown, minimum: number): readonly SheetTile[] {
  for (const [index, tile] of list(name, tiles, minimum, TILES_LIMIT).entries())
    checkTile(`${name}[${index}]`, tile as SheetTile)
  return tiles as readonly SheetTile[]
}

function checkTile(name: string, tile: SheetTile): void {
  if (tile === undefined) throw new TypeError(check.expected('an object', name, tile))
  const known = ['pixels', 'height', 'width', 'caption', 'tone', 'joined'] as const
  const { pixels, height, width, caption, tone = 'normal', joined = false } = check.options(name, tile, known)
  check.integer(`${name}.height`, height, 1)
  check.integer(`${name}.width`, width, 1)
  if (!(pixels instanceof Uint8Array))
    throw new TypeError(check.expected('a Uint8Array', `${name}.pixels`, pixels))
  const bytes = height * width * 3
  if (pixels.length !== bytes)
    throw new RangeError(`Expected ${bytes} bytes for ${name}.pixels but received ${pixels.length}`)
  if (caption !== undefined && typeof caption !== 'string')
    throw new TypeError(check.expected('a string', `${name}.caption`, caption))
  check.oneOf(`${name}.tone`, tone, TONES)
  check.boolean(`${name}.joined`, joined)
}
