import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conditionsOf } from '../../examples/shared/drawn-faces/conditions.js'
import { Draws, hash } from '../../examples/shared/drawn-faces/draws.js'
import { hairStyles } from '../../examples/shared/drawn-faces/hair-styles.js'
import { identityOf } from '../../examples/shared/drawn-faces/identity.js'
import { takePhotograph } from '../../examples/shared/drawn-faces/photograph.js'
import { drawPopulation, type PopulationFolders } from '../../examples/shared/drawn-faces/population.js'
import { drawPortrait } from '../../examples/shared/drawn-faces/portrait.js'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('random draws by name', () => {
  it('are fixed for all time', () => {
    expect(hash(42, 'identity', 1)).toBe(3458015861)
  })

  it('are uniform enough in [0, 1)', () => {
    const draws = Array.from({ length: 10_000 }, (_, i) => new Draws(7, i).unit('x'))
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...draws)).toBeLessThan(1)
    expect(mean).toBeCloseTo(0.5, 1)
    for (let tenth = 0; tenth < 10; tenth++) {
      const inside = draws.filter((draw) => Math.floor(draw * 10) === tenth).length
      expect(inside).toBeGreaterThan(850)
    }
  })

  it('do not depend on one another', () => {
    const draws = new Draws(1, 2)
    const alone = draws.unit('pose')
    draws.unit('light')
    expect(draws.unit('pose')).toBe(alone)
  })
})

describe('a drawn person', () => {
  it('is the same on every photograph and another for another number or seed', () => {
    expect(identityOf(42, 3)).toEqual(identityOf(42, 3))
    expect(identityOf(42, 3)).not.toEqual(identityOf(42, 4))
    expect(identityOf(42, 3)).not.toEqual(identityOf(43, 3))
  })

  it('comes in every style of hair', () => {
    const styles = new Set(Array.from({ length: 200 }, (_, i) => identityOf(42, i).hair.style.name))
    expect(styles.size).toBe(hairStyles.length)
  })

  it('is not mistaken for another by the strongest features, in either population', () => {
    for (const first of [1, 101]) {
      const looks = Array.from({ length: 24 }, (_, i) => {
        const { skin, hair, beard, glasses } = identityOf(42, first + i)
        return JSON.stringify([skin, hair.colour, hair.style.name, beard, glasses.shape])
      })
      expect(new Set(looks).size).toBe(24)
    }
  })
})

describe('a drawn photograph', () => {
  it('is a pure function of (seed, identity, photograph)', () => {
    expect(sha256(drawPortrait(42, 1, 0))).toBe(
      '30f6011acdb6043a4d536b801b28df1385011703924ac4804b996ea728e3bc87',
    )
    expect(drawPortrait(42, 1, 0)).toBe(drawPortrait(42, 1, 0))
    expect(conditionsOf(42, 1, 0)).not.toEqual(conditionsOf(42, 1, 1))
  })

  it('holds no text and nothing undefined', () => {
    for (let identity = 0; identity < 60; identity++) {
      const svg = drawPortrait(42, identity, identity)
      expect(svg).not.toMatch(/<text|NaN|undefined|Infinity/)
    }
  })

  it('is a JPEG of 112 x 112 pixels, the same bytes twice', async () => {
    const jpeg = await takePhotograph(42, 1, 0)
    const { format, width, height, channels } = await sharp(jpeg).metadata()
    expect({ format, width, height, channels }).toEqual({
      format: 'jpeg',
      width: 112,
      height: 112,
      channels: 3,
    })
    expect(jpeg.equals(await takePhotograph(42, 1, 0))).toBe(true)
  })
})

describe('a population', () => {
  let folder: string
  let folders: PopulationFolders
  const drawn: number[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drawn-faces-'))
    const population = { seed: 42, first: 1, identities: 3, labelled: 2, test: 2 }
    const { signal } = new AbortController()
    folders = await drawPopulation(folder, population, { signal, onDrawn: (done) => drawn.push(done) })
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('lies in one folder an identity', async () => {
    expect((await readdir(folders.labelled)).sort()).toEqual(['p001', 'p002', 'p003'])
    expect((await readdir(join(folders.labelled, 'p002'))).sort()).toEqual(['01.jpg', '02.jpg'])
    expect(drawn).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
  })

  it('has a flat test folder, whose names and order tell nothing, and answers apart', async () => {
    const names = (await readdir(folders.test)).sort()
    expect(names).toEqual(['0001.jpg', '0002.jpg', '0003.jpg', '0004.jpg', '0005.jpg', '0006.jpg'])
    const [header, ...rows] = (await readFile(folders.answers, 'utf8')).trim().split('\n')
    expect(header).toBe('id,label')
    expect(rows.map((row) => row.split(',')[0])).toEqual(names)
    const labels = rows.map((row) => row.split(',')[1] ?? '')
    expect([...labels].sort()).toEqual(['p001', 'p001', 'p002', 'p002', 'p003', 'p003'])
    expect(labels).not.toEqual([...labels].sort())
    expect(folders.tests.map(({ label }) => label)).toEqual(labels)
  })

  it('has a sample submission with the same ids and one label', async () => {
    const sample = (await readFile(folders.sampleSubmission, 'utf8')).trim().split('\n').slice(1)
    expect(sample.map((row) => row.split(',')[0])).toEqual((await readdir(folders.test)).sort())
    expect(new Set(sample.map((row) => row.split(',')[1]))).toEqual(new Set(['p001']))
  })

  it('stops when its signal is aborted', async () => {
    const population = { seed: 42, first: 1, identities: 2, labelled: 2, test: 0 }
    const aborted = { signal: AbortSignal.abort(), onDrawn: () => {} }
    await expect(drawPopulation(join(folder, 'aborted'), population, aborted)).rejects.toThrow(/abort/)
  })
})
