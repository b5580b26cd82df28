import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Trainer } from '../../lib/training/index.js'
import { checkpointsOf, type Parts, smallMobileNet, stoppedAfter } from './resumption.js'
import { drawnFaces, newOutput } from './small-training.js'

let parts: Parts

/** Three updates an epoch. */
const small = (): Trainer => smallMobileNet(parts)

/** For what lives as long as the tests of this file. */
const shared = mkdtempSync(join(tmpdir(), 'facecls-folder-'))
afterAll(() => rmSync(shared, { recursive: true }))

beforeAll(async () => {
  const faces = await drawnFaces(['anna', 'ben', 'cara'], 6, join(shared, 'faces'))
  parts = faces.split({ train: 2 / 3, val: 1 / 3 })
})

describe('the folder of a run', () => {
  it('is taken by one run at a time, and overwritten only when told', async () => {
    const output = newOutput()
    const first = small().epochs(1).start({ output })
    for await (const event of first.events()) if (event.type === 'step') break
    await expect(small().epochs(1).start({ output, overwrite: true }).finished).rejects.toThrow(/at work in/)
    await first.finished
    await expect(small().epochs(1).start({ output }).finished).rejects.toThrow(/is not empty/)
    writeFileSync(join(output, 'notes.txt'), 'mine')
    await expect(small().epochs(1).start({ output, overwrite: true }).finished).rejects.toThrow(/notes\.txt/)
    unlinkSync(join(output, 'notes.txt'))
    const again = await small().epochs(2).start({ output, overwrite: true }).finished
    expect(again.history).toHaveLength(2)
    expect(() => small().start({ output, overwrite: 'yes' as never })).toThrow(TypeError)
  })

  it('explains itself', async () => {
    const { output } = await small().epochs(1).start({ output: newOutput() }).finished
    const { data, environment, training, versions } = JSON.parse(
      readFileSync(join(output, 'config.json'), 'utf8'),
    )
    expect(data).toMatchObject({ train: 12, val: 6, fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) })
    expect(environment).toMatchObject({ processors: expect.any(Number), platform: expect.any(String) })
    expect([training.seed, Object.keys(versions)]).toEqual([7, ['facecls', 'torch', 'node']])
    const [header, ...rows] = readFileSync(join(output, 'photographs.csv'), 'utf8').trim().split('\n')
    expect([header, rows.length]).toEqual(['file,identity,train,val', 18])
    expect(readdirSync(output)).not.toContain('.lock')
  })

  it.each<[string, (output: string) => string, RegExp]>([
    ['files of others among the checkpoints', (output) => join(output, 'checkpoints', 'mine.pt'), /mine\.pt/],
    ['a folder in place of a file', (output) => join(output, 'curves.svg', 'mine.txt'), /curves\.svg/],
    ['hidden files that look temporary', (output) => join(output, '.mine.tmp'), /\.mine\.tmp/],
  ])('is not overwritten where it holds %s', async (_, place, message) => {
    const output = newOutput()
    const mine = place(output)
    mkdirSync(join(mine, '..'), { recursive: true })
    writeFileSync(mine, 'mine')
    await expect(small().start({ output, overwrite: true }).finished).rejects.toThrow(message)
    expect(readFileSync(mine, 'utf8')).toBe('mine')
    expect(existsSync(join(output, '.lock'))).toBe(false)
  })

  it('is overwritten where links lead out of it, which lose nothing', async () => {
    const [output, elsewhere] = [newOutput(), newOutput()]
    for (const folder of [output, elsewhere]) mkdirSync(folder)
    writeFileSync(join(elsewhere, 'step-00000001.safetensors'), 'kept')
    writeFileSync(join(elsewhere, 'config.json'), 'kept')
    symlinkSync(elsewhere, join(output, 'checkpoints'))
    symlinkSync(join(elsewhere, 'config.json'), join(output, 'config.json'))
    symlinkSync('/nowhere', join(output, 'history.csv'))
    const { reason } = await small().epochs(1).start({ output, overwrite: true }).finished
    expect(reason).toBe('completed')
    expect(readdirSync(elsewhere)).toEqual(['config.json', 'step-00000001.safetensors'])
    expect(readFileSync(join(elsewhere, 'config.json'), 'utf8')).toBe('kept')
  })

  it('is freed of what a killed process left, its lock included', async () => {
    const { output } = await stoppedAfter(small().epochs(1), 1)
    const left = ['.lock', '.best.safetensors.0123456789ab.tmp', '.history.csv.0123456789ab.tmp']
    for (const name of left) writeFileSync(join(output, name), '')
    writeFileSync(join(output, 'checkpoints', '.step-00000002.safetensors.0123456789ab.tmp'), '')
    await expect(small().start({ output }).finished).rejects.toThrow(/Trainer\.resume/)
    await (await Trainer.resume(output)).finished
    expect(readdirSync(output).filter((name) => name.startsWith('.'))).toEqual([])
    expect(checkpointsOf(output).filter((name) => name.startsWith('.'))).toEqual([])
  })
})
