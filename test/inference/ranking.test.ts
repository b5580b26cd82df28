import { expect, it } from 'vitest'
import { rank } from '../../lib/inference/ranking.js'
import type { ForwardSpec, NativeModel, NativePixelPack } from '../../lib/native/index.js'

const classes = ['anna', 'ben', 'carl', 'dora']

/** Answers with these rows whatever it is shown. */
function modelOf(rows: number[][]): NativeModel {
  const forward = async ({ outputs }: ForwardSpec) => [
    {
      name: outputs[0] as string,
      shape: [rows.length, classes.length],
      data: Float64Array.from(rows.flat()),
    },
  ]
  return { forward } as Partial<NativeModel> as NativeModel
}

async function ranked(rows: number[][], top: number) {
  const records = { pixels: {} as NativePixelPack, indices: Int32Array.from(rows.keys()) }
  const named = await rank(modelOf(rows), records, classes, { top, flip: false })
  return named.map((row) => row.map(({ identity, probability }) => [identity, probability]))
}

it('names the most probable first, row by row', async () => {
  const rows = [
    [0.1, 0.2, 0.3, 0.4],
    [0.5, 0.1, 0.3, 0.1],
  ]
  expect(await ranked(rows, 2)).toEqual([
    [
      ['dora', 0.4],
      ['carl', 0.3],
    ],
    [
      ['anna', 0.5],
      ['carl', 0.3],
    ],
  ])
})

it('takes the lower label first at a tie', async () => {
  const [row] = await ranked([[0.25, 0.25, 0.25, 0.25]], 3)
  expect(row?.map(([identity]) => identity)).toEqual(['anna', 'ben', 'carl'])
})

it('sorts all where all are asked for', async () => {
  const [row] = await ranked([[0.3, 0.1, 0.4, 0.2]], 4)
  expect(row?.map(([identity]) => identity)).toEqual(['carl', 'anna', 'dora', 'ben'])
})
