import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FaceDataset } from '../../lib/data/index.js'
import { readPhotographs, savePhotographs } from '../../lib/training/photograph-list.js'
import { temporaryFolder } from '../files/temporary-folder.js'

/** Files that are no photographs, but for their names: nothing is decoded here. */
function placed(names: readonly string[]): string {
  const folder = temporaryFolder()
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), '')
  }
  return folder
}

type Parts = { train: FaceDataset; val: FaceDataset }

async function readBack(data: Parts): Promise<Parts> {
  const folder = temporaryFolder()
  const digest = await savePhotographs(folder, data)
  return readPhotographs(folder, { digest, classes: data.train.classes, signal: undefined })
}

const namesOf = ({ train, val }: Parts) =>
  [train, val].map((part) => [...part].map(({ file, label }) => [file, part.classes[label]]))

describe('the list of photographs', () => {
  it('holds any name that a file may have', async () => {
    const strange = [
      'a,b',
      'a"b',
      "'",
      'a\nb',
      'a\rb',
      'a\r\nb',
      ' a ',
      'a;b\tc',
      '=1+1',
      '\ufeffa',
      '😀',
      'ü',
    ]
    const folder = placed(strange.flatMap((name) => [`${name}/${name}.png`, `${name}/1.png`]))
    const parts = (await FaceDataset.fromFolder(folder)).split({ train: 0.5, val: 0.5 })
    expect(namesOf(await readBack(parts))).toEqual(namesOf(parts))
  })

  it('holds photographs that stand in a part twice or in both, in their order, and identities without any', async () => {
    const folder = placed(['anna/1.png', 'ben/1.png', 'cara/1.png', 'cara/2.png'])
    const faces = await FaceDataset.fromFolder(folder)
    const parts = { train: faces.select([3, 0, 3, 0]), val: faces.select([0, 3]) }
    const read = await readBack(parts)
    expect(namesOf(read)).toEqual(namesOf(parts))
    expect(read.train.classes).toEqual(['anna', 'ben', 'cara'])
  })

  it('keeps the order by which draws count the photographs of different folders', async () => {
    const [one, other] = [placed(['ben/2.png', 'anna/1.png']), placed(['anna/9.png', 'ben/0.png'])]
    const [train, val] = [await FaceDataset.fromFolder(one), await FaceDataset.fromFolder(other)]
    const read = await readBack({ train, val })
    const order = ({ train, val }: Parts) => [...FaceDataset.union([train, val]).all].map(({ file }) => file)
    expect(order(read)).toEqual(order({ train, val }))
  })

  it('refuses a photograph that is one person in training and another in validation', async () => {
    const folder = placed(['1.png', '2.png', '3.png'])
    const dataset = (labels: readonly string[]) =>
      FaceDataset.fromList(
        labels.map((label, i) => ({ file: `${i + 1}.png`, label })),
        { folder },
      )
    const [train, val] = [await dataset(['anna', 'ben', 'ben']), await dataset(['anna', 'ben', 'anna'])]
    await expect(readBack({ train, val })).rejects.toMatchObject({
      code: 'DATASET',
      message: /3\.png" as "ben" and as "anna"/,
    })
  })

  it('says what to do where a photograph is gone', async () => {
    const parts = (
      await FaceDataset.fromFolder(placed(['anna/1.png', 'anna/2.png', 'ben/1.png', 'ben/2.png']))
    ).split({
      train: 0.5,
      val: 0.5,
    })
    const folder = temporaryFolder()
    const digest = await savePhotographs(folder, parts)
    rmSync(parts.val.at(0).file)
    const reading = readPhotographs(folder, { digest, classes: parts.train.classes, signal: undefined })
    await expect(reading).rejects.toThrow(
      /names 1 photographs of 4 that are not there: ".*". Bring them back, or start anew/,
    )
  })
})
