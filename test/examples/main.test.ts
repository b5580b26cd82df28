// npm start as a person meets it: what is wrong is said in a line, with an exit code and without a stack trace.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../files/temporary-folder.js'
import { drawnFaces } from '../training/small-training.js'
import { programOf, refusedBy } from './program.js'

const start = programOf('01-train-a-classifier')

/** A folder of two identities with `each` photographs, and a place for the output beside it. */
async function faces(each = 4): Promise<{ data: string; output: string }> {
  const data = join(temporaryFolder(), 'faces')
  await drawnFaces(['anna', 'ben'], each, data)
  return { data, output: join(data, '..', 'run') }
}

const refused = refusedBy(start)

const tiny = ['--size', '80', '--batch-size', '4', '--head', 'linear']
const small = [...tiny, '--epochs', '1']

describe('bad input', () => {
  it('an unknown option, a wrong value, a missing partner', async () => {
    await refused(['--epoch', '3'], ['--epoch', '--epochs'], 2)
    await refused(['--epochs', 'three'], ['--epochs'], 2)
    await refused(['--test', 'x'], ['--data'], 2)
  })

  it('a folder that is missing, empty, of one identity, or of photographs alone', async () => {
    const folder = temporaryFolder()
    await refused(['--data', join(folder, 'nowhere'), '--output', join(folder, 'run')], ['nowhere'])
    mkdirSync(join(folder, 'empty'))
    await refused(['--data', join(folder, 'empty'), '--output', join(folder, 'run')], ['empty'])
    const { data, output } = await faces()
    const flat = join(data, 'anna')
    await refused(['--data', flat, '--output', output], ['anna'])
    const single = join(folder, 'single')
    cpSync(flat, join(single, 'anna'), { recursive: true })
    await refused(['--data', single, '--output', output], ['anna'])
  })

  it('an identity with one photograph', async () => {
    const { data, output } = await faces()
    cpSync(join(data, 'anna', '0.png'), join(data, 'carl', '0.png'))
    await refused(['--data', data, '--output', output], ['carl'])
  })

  it('a photograph that is none, and a truncated JPEG', async () => {
    const { data, output } = await faces()
    writeFileSync(join(data, 'anna', 'text.jpg'), 'no photograph')
    await refused(['--data', data, '--output', output, ...small], ['text.jpg'])
    const sharp = (await import('sharp')).default
    const background = { r: 90, g: 120, b: 30 }
    const jpeg = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .jpeg()
      .toBuffer()
    writeFileSync(join(data, 'anna', 'text.jpg'), jpeg.subarray(0, jpeg.length - 200))
    await refused(['--data', data, '--output', `${output}2`, ...small], ['text.jpg'])
  })

  it('a CSV with other columns, found before the training', async () => {
    const { data, output } = await faces()
    const csv = join(data, '..', 'answers.csv')
    writeFileSync(csv, 'colour\nred\n')
    const common = ['--data', data, '--output', output, '--test', join(data, 'anna')]
    await refused([...common, '--test-labels', csv], ['answers.csv', 'colour'])
    await refused([...common, '--sample-submission', csv], ['answers.csv', 'colour'])
  })

  it('an output that cannot be written, or holds an earlier run', async () => {
    const { data } = await faces()
    const file = join(data, '..', 'file')
    writeFileSync(file, 'mine')
    await refused(['--data', data, '--output', join(file, 'run'), ...small], [file], 2)
    const earlier = join(data, '..', 'earlier')
    mkdirSync(earlier)
    writeFileSync(join(earlier, 'history.csv'), 'mine')
    await refused(['--data', data, '--output', earlier, ...small], ['earlier'], 2)
    expect(readdirSync(earlier)).toEqual(['history.csv'])
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })

  it('weights that are missing or no model, and CUDA that is not there', async () => {
    const { data, output } = await faces()
    const common = ['--data', data, '--output', output, ...small]
    await refused([...common, '--weights', join(data, 'none.safetensors')], ['none.safetensors'])
    await refused([...common, '--weights', join(data, 'anna', '0.png')], ['0.png'])
    await refused([...common, '--device', 'cuda'], ['CUDA', "'cpu'"])
  })
})

describe('a job', () => {
  it('on photographs leaves a model, curves, a submission and the lines that use it', async () => {
    const { data, output } = await faces(6)
    writeFileSync(join(data, 'anna', 'notes.txt'), '')
    const test = join(data, '..', 'test')
    cpSync(join(data, 'anna'), test, { recursive: true })
    const { code, out } = await start(['--data', data, '--output', output, '--test', test, ...small])
    expect(code).toBe(0)
    expect(out).toContain('notes.txt')
    expect(out).toContain('all layers learn from random weights')
    expect(out).toMatch(/Epoch 1\/1 .*images\/s/)
    expect(out).toContain('best.safetensors')
    expect(out).toContain('Predictor.open(')
    const files = [
      'best.safetensors',
      'curves.png',
      'curves.svg',
      'evaluation',
      'history.csv',
      'last.safetensors',
      'submission.csv',
    ]
    expect(readdirSync(output)).toEqual(expect.arrayContaining(files))
  })

  it('stops at Ctrl-C, says how it goes on, and goes on', async () => {
    const { data, output } = await faces(6)
    const args = ['--data', data, '--output', output, ...tiny, '--epochs', '3']
    let told = false
    const { code, out } = await start(args, (seen, interrupt) => {
      if (told || !seen.includes('Epoch 1/3')) return
      told = true
      interrupt()
    })
    expect(code).toBe(130)
    expect(out).toContain(`npm start -- --resume ${output}`)
    expect(readdirSync(output)).toContain('last.safetensors')
    const resumed = await start(['--resume', output])
    expect(resumed.code).toBe(0)
    expect(resumed.out).toContain('Going on in epoch')
    expect(resumed.out).toMatch(/Epoch 3\/3.*validation/)
    expect(resumed.out).not.toContain('Epoch 1/3')
  })
})
