import { join } from 'node:path'
import type { Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { FaceDataset, type InspectOptions } from '../../lib/data/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { drawn, place } from './drawn.js'
import { scene } from './scenes.js'

const png = (image: Sharp) => image.png().toBuffer()

async function written(files: Readonly<Record<string, Promise<Buffer> | Buffer>>): Promise<string> {
  const root = temporaryFolder()
  for (const [name, content] of Object.entries(files)) place(root, [name], await content)
  return root
}

/** The groups of a kind of finding, by the files' names below the folder. */
async function groupsOf(
  root: string,
  kind: 'same-file' | 'near-duplicate' | 'identity-conflict' | 'in-both-datasets',
  options: InspectOptions = {},
) {
  const report = await (await FaceDataset.fromFolder(root)).inspect(options)
  const finding = report.finding(kind)
  return (finding?.groups ?? []).map(({ photographs }) =>
    photographs.map(({ file }) => file.split('/').slice(-2).join('/')),
  )
}

describe('near duplicates', () => {
  test.each<[string, (original: number) => Promise<Buffer>, mirrored: boolean]>([
    ['smaller', (seed) => scene(seed).resize(48).png().toBuffer(), false],
    ['larger', (seed) => scene(seed).resize(300).jpeg().toBuffer(), false],
    ['squeezed a little', (seed) => scene(seed).resize(96, 84, { fit: 'fill' }).png().toBuffer(), false],
    ['recompressed', (seed) => scene(seed).jpeg({ quality: 30 }).toBuffer(), false],
    ['of another format', (seed) => scene(seed).webp({ quality: 60 }).toBuffer(), false],
    ['brighter', (seed) => scene(seed).linear(1.15, 0).png().toBuffer(), false],
    ['darker', (seed) => scene(seed).linear(0.8, 0).png().toBuffer(), false],
    ['grey', (seed) => scene(seed).greyscale().png().toBuffer(), false],
    ['mirrored', (seed) => scene(seed).flop().jpeg().toBuffer(), true],
  ])('are found where the copy is %s', async (_, copy, mirrored) => {
    const files: Record<string, Promise<Buffer>> = {}
    for (let seed = 0; seed < 4; seed++) {
      files[`anna/${seed}.png`] = png(scene(seed))
      files[`anna/${seed}-copy.jpg`] = copy(seed)
      files[`ben/${seed}.png`] = png(scene(100 + seed))
    }
    const report = await (await FaceDataset.fromFolder(await written(files))).inspect()
    const finding = report.finding('near-duplicate')
    const groups = finding?.groups ?? []
    expect(groups.map(({ photographs }) => photographs.length)).toEqual([2, 2, 2, 2])
    for (const group of groups) {
      const [a = '', b = ''] = group.photographs.map(({ file }) => file.replace(/(-copy)?\.\w+$/, ''))
      expect(a).toBe(b)
      expect(group).toMatchObject({ mirrored, sameFile: false })
      expect(group.distance).toBeLessThanOrEqual(6)
    }
    expect(finding).toMatchObject({ severity: 'warning', count: 8, share: 8 / 12 })
    expect(report.finding('same-file')).toBeUndefined()
  })

  test('are not found among photographs that differ, nor among plain ones', async () => {
    const files: Record<string, Promise<Buffer>> = {}
    for (let seed = 0; seed < 60; seed++) files[`${seed % 2 ? 'anna' : 'ben'}/${seed}.png`] = png(scene(seed))
    for (let light = 0; light < 10; light++) {
      files[`anna/plain-${light}.png`] = png(drawn(80, 80, () => [20 * light, 20 * light, 90]))
      files[`ben/slope-${light}.png`] = png(drawn(80, 80, (_, y) => [2 * y, 2 * y + light, 90]))
    }
    expect(await groupsOf(await written(files), 'near-duplicate', { nearDistance: 11 })).toEqual([])
  })

  test('are as near as is asked for', async () => {
    const files = {
      'anna/1.png': png(scene(1)),
      'anna/2.jpg': scene(1).resize(30).jpeg({ quality: 20 }).toBuffer(),
      'ben/1.png': png(scene(3)),
    }
    const root = await written(files)
    const [group] = await groupsOf(root, 'near-duplicate')
    expect(group).toEqual(['anna/1.png', 'anna/2.jpg'])
    const report = await (await FaceDataset.fromFolder(root)).inspect()
    const distance = report.finding('near-duplicate')?.groups[0]?.distance as number
    if (distance > 0)
      expect(await groupsOf(root, 'near-duplicate', { nearDistance: distance - 1 })).toEqual([])
    expect(await groupsOf(root, 'near-duplicate', { nearDistance: distance })).toHaveLength(1)
  })
})

test('the same files are one finding, copies of them that differ another', async () => {
  const [one, other, plain] = await Promise.all([
    png(scene(1)),
    png(scene(2)),
    png(drawn(70, 70, () => [9, 9, 9])),
  ])
  const root = await written({
    'anna/1.png': one,
    'anna/2.png': one,
    'anna/3.png': other,
    'anna/plain-1.png': plain,
    'anna/plain-2.png': plain,
    'ben/1.jpg': scene(2).jpeg().toBuffer(),
    'ben/2.png': other,
  })
  expect(await groupsOf(root, 'same-file')).toEqual([
    ['anna/1.png', 'anna/2.png'],
    ['anna/3.png', 'ben/2.png'],
    ['anna/plain-1.png', 'anna/plain-2.png'],
  ])
  expect(await groupsOf(root, 'near-duplicate')).toEqual([['anna/3.png', 'ben/1.jpg', 'ben/2.png']])
  expect(await groupsOf(root, 'identity-conflict')).toEqual([['anna/3.png', 'ben/1.jpg', 'ben/2.png']])
})

describe('two datasets', () => {
  test('share photographs by their bytes or their looks', async () => {
    const train = await written({
      'anna/1.png': png(scene(1)),
      'anna/2.png': png(scene(2)),
      'ben/1.png': png(scene(3)),
      'ben/2.png': png(scene(4)),
    })
    const val = await written({
      'anna/same.png': png(scene(1)),
      'anna/new.png': png(scene(7)),
      'anna/ben.png': png(scene(4)),
      'ben/smaller.jpg': scene(3).resize(64).jpeg().toBuffer(),
      'ben/new-1.png': png(scene(8)),
      'ben/new-2.png': png(scene(8)),
    })
    const other = await FaceDataset.fromFolder(val)
    expect(await groupsOf(train, 'in-both-datasets', { other })).toEqual([
      ['anna/1.png', 'anna/same.png'],
      ['ben/1.png', 'ben/smaller.jpg'],
      ['ben/2.png', 'anna/ben.png'],
    ])
    expect(await groupsOf(train, 'identity-conflict', { other })).toEqual([['ben/2.png', 'anna/ben.png']])
    expect(await groupsOf(train, 'same-file', { other })).toEqual([])

    const report = await (await FaceDataset.fromFolder(train)).inspect({ other })
    const finding = report.finding('in-both-datasets')
    expect(finding).toMatchObject({ severity: 'error', count: 3, share: 3 / 4 })
    expect(finding?.files).toContain(join(val, 'anna/same.png'))
    expect(finding?.groups[0]?.photographs).toMatchObject([
      { identity: 'anna', dataset: 'this', note: '96 x 96' },
      { identity: 'anna', dataset: 'other' },
    ])
    expect(report.photographs).toBe(4)
  })

  test('without labels still share photographs, and no identity conflicts', async () => {
    const root = await written({ '1.png': png(scene(1)), '2.png': png(scene(2)) })
    const faces = await FaceDataset.unlabelled(root)
    const report = await faces.inspect({ other: await FaceDataset.unlabelled(root) })
    expect(report.findings.map(({ kind }) => kind)).toEqual(['in-both-datasets'])
    expect(report.finding('in-both-datasets')?.files).toHaveLength(2)
    expect(report.identities).toBeNull()
  })
})
