// npm run compare as a person meets it: three networks on drawn faces, from the command line to the figures.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, vi } from 'vitest'
import { networks } from '../../examples/02-compare/networks.js'
import { findLibTorch } from '../../lib/libtorch/index.js'
import { withoutProxy } from '../files/file-server.js'
import { fileFolder, temporaryFolder } from '../files/temporary-folder.js'
import { drawnFaces } from '../training/small-training.js'
import { programOf, refusedBy } from './program.js'

withoutProxy()

const start = programOf('02-compare')
const refused = refusedBy(start)

const output = join(fileFolder(), 'compared')
const small = ['--scale', '0.08', '--batch-size', '32', '--seed', '3', '--output', output]

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n')
const cellsOf = (file: string): string[][] => linesOf(file).map((line) => line.split(','))
const slugs = networks.map(({ slug }) => slug)

describe('bad input', () => {
  it('is told in a line', async () => {
    const folder = temporaryFolder()
    await refused(['--scael', '1'], ['--scale'], 2)
    await refused(['--scale', '0'], ['above 0'], 2)
    await refused(['--test', folder], ['--data'], 2)
    await refused(['--answers', 'a.csv', '--data', folder], ['--test'], 2)
    await refused(['--data', join(folder, 'nowhere')], ['nowhere'])
    await refused(['--from', folder], [folder, 'ResNet-50', 'resnet50.safetensors'], 2)
  })

  it('an answer for an identity that is not learned, and an output that holds something else', async () => {
    const folder = temporaryFolder()
    const data = join(folder, 'faces')
    await drawnFaces(['anna', 'ben'], 5, data)
    const answers = join(folder, 'answers.csv')
    writeFileSync(answers, 'id,label\n0,anna\n1,"carl\u001b"\n')
    const common = ['--data', data, '--from', 'random', '--output', join(folder, 'out')]
    await refused([...common, '--test', join(data, 'anna'), '--answers', answers], ['carl\\u{1b}'])
    mkdirSync(join(folder, 'out'))
    writeFileSync(join(folder, 'out', 'mine.txt'), '')
    await refused(common, ['something else than a comparison', '--output'], 2)
    expect(readdirSync(join(folder, 'out'))).toEqual(['mine.txt'])
  })

  it('published weights that cannot be fetched, with what to start from instead', async () => {
    const folder = temporaryFolder()
    const data = join(folder, 'faces')
    await drawnFaces(['anna', 'ben'], 5, data)
    vi.stubEnv('LIBTORCH', findLibTorch().root) // which may be in the cache that is left
    vi.stubEnv('FACECLS_CACHE', join(folder, 'cache'))
    vi.stubEnv('FACECLS_WEIGHTS', '')
    vi.stubEnv('FACECLS_WEIGHTS_URL', 'http://127.0.0.1:9') // the discard port: nothing listens
    await refused(
      ['--data', data, '--cache', 'memory', '--output', join(folder, 'out')],
      ['resnet50-0676ba61.pth', '--from random'],
    )
  })
})

describe('a comparison', { timeout: 600_000 }, () => {
  it('trains the three networks on one split and leaves figures, tables and submissions', async () => {
    const { code, out, err } = await start(small)
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toContain('Split at random, seed 3: 64 train, 16 validate, the same for all three.')
    expect(out).toMatch(/3 of 3: InceptionResnetV1, 96 x 96 pixels, 1 epoch, from random weights/)
    for (const [index, slug] of slugs.entries()) {
      const figure = join(output, `figure-${index + 1}-${slug}`)
      const { format, width = 0 } = await sharp(readFileSync(`${figure}.png`)).metadata()
      expect(format).toBe('png')
      expect(width).toBeGreaterThan(1000)
      expect(readFileSync(`${figure}.svg`, 'utf8')).toContain(`${networks[index]?.displayName}, 4 identities`)
    }
  })

  it('has a row a network in table 2, of what the runs measured', () => {
    const [head, ...rows] = cellsOf(join(output, 'table-2.csv'))
    expect(rows.map(([name]) => name)).toEqual(['ResNet-50', 'MobileNetV2', 'InceptionResnetV1'])
    for (const [index, row] of rows.entries()) {
      const cell = (name: string) => Number(row[head?.indexOf(name) ?? -1])
      const history = cellsOf(join(output, slugs[index] as string, 'history.csv'))
      const best = history[cell('best_epoch')]
      expect(cell('validation_top1')).toBeCloseTo(Number(best?.[history[0]?.indexOf('valTop1') ?? -1]), 9)
      for (const part of ['train', 'validation', 'test']) {
        expect(cell(`${part}_top1`)).toBeGreaterThanOrEqual(0)
        expect(cell(`${part}_top5`)).toBe(1) // of four identities
      }
      expect(cell('images_per_second')).toBeGreaterThan(0)
      expect(cell('parameters')).toBe([23_516_228, 2_228_996, 24_926_980][index])
    }
  })

  it('predicts into the form of the sample submission, and scores as one would by hand', () => {
    const template = cellsOf(join(output, 'faces', 'sample_submission.csv'))
    const answers = cellsOf(join(output, 'faces', 'solution.csv'))
    expect(answers[0]).toEqual(['id', 'label', 'Usage'])
    const [, ...scores] = cellsOf(join(output, 'table-3.csv'))
    const [, ...measured] = cellsOf(join(output, 'table-2.csv'))
    for (const [index, slug] of slugs.entries()) {
      const submission = cellsOf(join(output, `submission-${slug}.csv`))
      expect(submission.map(([id]) => id)).toEqual(template.map(([id]) => id))
      expect(submission[0]).toEqual(template[0])
      const share = (usage: RegExp) => {
        const counted = answers.slice(1).filter(([, , cell]) => usage.test(cell ?? ''))
        expect(counted.length).toBeGreaterThan(5)
        const right = counted.filter(([id, label]) =>
          submission.some((row) => row[0] === id && row[1] === label),
        )
        return right.length / counted.length
      }
      const [, score, correct, count, open, kept] = scores[index] ?? []
      expect(Number(score)).toBeCloseTo(share(/./), 12)
      expect(Number(correct) / Number(count)).toBeCloseTo(share(/./), 12)
      expect([Number(open), Number(kept)]).toEqual([share(/^Public$/), share(/^Private$/)])
      expect(Number(measured[index]?.[5])).toBeCloseTo(share(/./), 12) // the test's top-1, measured otherwise
    }
  })

  it('is told as a text with its tables and figures', () => {
    const text = readFileSync(join(output, 'comparison.md'), 'utf8')
    expect(text).toContain('# ResNet-50, MobileNetV2 and InceptionResnetV1 compared')
    expect(text.match(/^\| (ResNet-50|MobileNetV2|InceptionResnetV1) \|/gm)).toHaveLength(9)
    for (const [, figure] of text.matchAll(/\((figure-[^)]+)\)/g))
      expect(existsSync(join(output, figure as string))).toBe(true)
  })

  it('does not train again what is done, and refuses the folder to other settings', async () => {
    const before = slugs.map((slug) => statSync(join(output, slug, 'best.safetensors')).mtimeMs)
    const table = readFileSync(join(output, 'table-2.csv'), 'utf8')
    const { code, out } = await start(small)
    expect(code).toBe(0)
    expect(out.match(/Trained before/g)).toHaveLength(3)
    expect(out).not.toContain('Epoch')
    expect(slugs.map((slug) => statSync(join(output, slug, 'best.safetensors')).mtimeMs)).toEqual(before)
    expect(readFileSync(join(output, 'table-2.csv'), 'utf8')).toBe(table)
    await refused([...small.slice(0, -4), '--seed', '4', '--output', output], ['other settings', 'seed'], 2)
  })

  it('starts from the models of an earlier one, and a stop says what is done and where', async () => {
    const folder = temporaryFolder()
    const data = join(output, 'faces', 'labelled')
    const test = join(folder, 'test')
    for (const name of ['p001', 'p002']) cpSync(join(data, name), join(test, name), { recursive: true })
    const own = join(folder, 'own')
    const args = ['--data', data, '--test', test, '--from', output, '--output', own, '--cache', 'memory']
    let told = false
    const shrunk = ['--scale', '0.06', '--batch-size', '32']
    const { code, out } = await start([...args, ...shrunk], (seen, interrupt) => {
      if (told || !seen.includes('2 of 3')) return
      told = true
      interrupt()
    })
    expect(code).toBe(130)
    expect(out).toContain(join(output, 'resnet50', 'best.safetensors'))
    expect(out).toContain('Stopping at the next step')
    expect(out).toMatch(/Done: ResNet-50\. All of it is in .*own; the same command goes on there/)
    expect(existsSync(join(own, 'running'))).toBe(false)
    expect(linesOf(join(own, 'submission-resnet50.csv'))).toHaveLength(41)
    const { test: measured } = JSON.parse(readFileSync(join(own, 'resnet50', 'measured.json'), 'utf8'))
    expect(measured.top5).toBe(1)
  })
})
