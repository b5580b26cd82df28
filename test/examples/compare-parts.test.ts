// The parts of a comparison that need no training.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FaceDataset, recipes } from '@facecls/torch'
import { describe, expect, it } from 'vitest'
import { markdownTable } from '../../examples/02-compare/markdown.js'
import { type Network, networks, scaled, trainerOf } from '../../examples/02-compare/networks.js'
import { helpText, optionTable } from '../../examples/02-compare/option-table.js'
import { type Options, readOptions } from '../../examples/02-compare/options.js'
import { openOutputFolder } from '../../examples/02-compare/output-folder.js'
import { drawnPopulation } from '../../examples/02-compare/photographs.js'
import { recall, remember } from '../../examples/02-compare/remember.js'
import { type Compared, table2, table2Csv, table3, table3Csv } from '../../examples/02-compare/tables.js'
import { trainOnce } from '../../examples/02-compare/train.js'
import { findWeights } from '../../examples/02-compare/weights.js'
import { UsageError } from '../../examples/shared/command-line.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { drawnFaces } from '../training/small-training.js'

const [resnet50, mobilenetV2] = networks as readonly [Network, Network]

describe('the options', () => {
  it.each([
    [['--scale', '0'], 'a number above 0 and at most 1'],
    [['--scale', '2'], 'a number above 0 and at most 1'],
    [['--batch-size', '1'], 'an integer of at least 2'],
    [['--from'], '--from needs a path'],
    [['--answers', 'a.csv', '--data', 'faces'], '--answers needs --test'],
    [['--test', 'faces'], 'the drawn faces have a test of their own'],
    [['faces'], 'npm run compare -- --data DIR'],
  ])('%j are refused in a line', (argv, words) => {
    expect(() => readOptions(argv)).toThrow(UsageError)
    expect(() => readOptions(argv)).toThrow(words)
  })

  it('are the report with photographs, and less with drawn faces', () => {
    const report = { from: 'published', scale: 1, batchSize: 64, cache: 'disk', seed: 42, device: 'auto' }
    expect(readOptions(['--data', 'faces'])).toMatchObject(report)
    expect(readOptions([])).toMatchObject({ from: 'random', batchSize: 16, cache: 'memory' })
    expect(readOptions(['--data', 'faces', '--scale', '.25', '--seed=0'])).toMatchObject({
      scale: 0.25,
      seed: 0,
    })
  })

  it('are all explained in lines that fit a terminal', () => {
    const text = helpText()
    for (const { name, placeholder } of optionTable) expect(text).toContain(`--${name} ${placeholder}`)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})

describe('the scale', () => {
  const options: Options = { ...readOptions(['--data', 'faces']), precision: 'float32' }

  it.each([
    [1, [224, 17], [224, 25], [160, 10], [3, null]],
    [0.5, [128, 9], [128, 13], [96, 5], [2, null]],
    [0.25, [64, 4], [64, 6], [96, 3], [1, null]],
    [0.01, [32, 1], [32, 1], [96, 1], [1, null]],
  ])('of %d is what the help says', async (scale, ...expected) => {
    const faces = await drawnFaces(['anna', 'ben'], 5)
    // The examples import the package by its name, whose classes are others than those of lib/.
    const own = await FaceDataset.fromFolder(join(faces.at(0).file, '..', '..'))
    const trainers = networks.map((network) => trainerOf(network, own, null, { ...options, scale }))
    const found = trainers.map(({ settings }) => [settings.imageSize, settings.epochs])
    expect(found).toEqual(expected.slice(0, 3))
    const stages = trainers[2]?.settings.freeze.map((stage) => ('policy' in stage ? stage.epochs : null))
    expect(stages).toEqual(expected[3])
    expect(trainers[0]?.settings).toMatchObject({ batchSize: 64, seed: 42, precision: 'float32' })
    const [first, ...others] = trainers.map(({ data }) => [data.train.samples, data.val.samples])
    for (const other of others) expect(other).toEqual(first)
    const recipe = recipes.resnet50(own, { weights: null })
    expect(scaled(recipe, 1, 32)).toBe(recipe)
  })

  it('shrinks the drawn faces too', () => {
    expect(drawnPopulation({ scale: 1, seed: 5 })).toMatchObject({ identities: 24, labelled: 20, seed: 5 })
    expect(drawnPopulation({ scale: 0.5, seed: 5 }).identities).toBe(12)
    expect(drawnPopulation({ scale: 0.01, seed: 5 }).identities).toBe(4)
  })
})

describe('the weights', () => {
  it('are published ones, none, or files by their names', async () => {
    expect(await findWeights('published')).toEqual({
      resnet50: 'imagenet',
      'mobilenet-v2': 'imagenet',
      'inception-resnet-v1': 'vggface2',
    })
    expect(new Set(Object.values(await findWeights('random')))).toEqual(new Set([null]))
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'resnet50'))
    for (const file of ['resnet50/best.safetensors', 'resnet50.pth', 'mobilenet-v2.pt'])
      writeFileSync(join(folder, file), '')
    await expect(findWeights(folder)).rejects.toThrow(/holds no weights of InceptionResnetV1: neither/)
    writeFileSync(join(folder, 'inception-resnet-v1.safetensors'), '')
    expect(await findWeights(folder)).toEqual({
      resnet50: join(folder, 'resnet50', 'best.safetensors'),
      'mobilenet-v2': join(folder, 'mobilenet-v2.pt'),
      'inception-resnet-v1': join(folder, 'inception-resnet-v1.safetensors'),
    })
  })
})

describe('the output folder', () => {
  const settings = { seed: 1, scale: 0.5 }

  it('is one of the same settings and of one process', async () => {
    const folder = join(temporaryFolder(), 'a', 'b\u001b')
    const first = await openOutputFolder(folder, settings)
    expect(first).toMatchObject({ folder, goesOn: false })
    await expect(openOutputFolder(folder, settings)).rejects.toThrow(`The process ${process.pid} writes into`)
    await first.release()
    expect(readdirSync(folder)).toEqual(['comparison.json'])
    const second = await openOutputFolder(folder, settings)
    expect(second.goesOn).toBe(true)
    await second.release()
    const other = openOutputFolder(folder, { ...settings, seed: 2, from: 'x' })
    await expect(other).rejects.toThrow(/b\\u\{1b\}" holds a comparison with other settings \(seed, from\)/)
  })

  it('is free again when the process that wrote there was killed', async () => {
    const folder = temporaryFolder()
    for (const left of ['2147483646\n', '', 'x']) {
      writeFileSync(join(folder, 'running'), left)
      await (await openOutputFolder(folder, settings)).release()
    }
  })

  it('cannot be a file, nor hold something else', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'mine'), 'mine')
    await expect(openOutputFolder(folder, settings)).rejects.toThrow(UsageError)
    await expect(openOutputFolder(join(folder, 'mine'), settings)).rejects.toThrow('a file is in its place')
    expect(readdirSync(folder)).toEqual(['mine'])
    expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('mine')
  })

  it('remembers whole files, and names one that is damaged', async () => {
    const file = join(temporaryFolder(), 'result.json')
    expect(await recall(file)).toBeNull()
    await remember(file, { top1: 0.5 })
    expect(await recall(file)).toEqual({ top1: 0.5 })
    writeFileSync(file, '{')
    await expect(recall(file)).rejects.toThrow(/result\.json cannot be read; remove it/)
  })
})

describe('the tables', () => {
  const half = { top1: 0.5, top5: 0.75 }
  const training = {
    startedFrom: null,
    imageSize: 64,
    epochs: 4,
    bestEpoch: 3,
    parameters: 1_234_567,
    multiplyAdds: 2e9,
    imagesPerSecond: 12.34,
    seconds: 75,
    device: 'cpu',
    precision: 'float32',
  }
  const measured = { train: { top1: 1, top5: 1 }, validation: half, test: null }
  const score = { top1: 0.4, correct: 4, count: 10, withoutRow: [], withoutAnswer: [] }
  const whole = { ...score, public: null, private: null }
  const parted = {
    ...score,
    public: { top1: 0.25, correct: 1, count: 4 },
    private: { top1: 0.5, correct: 3, count: 6 },
  }
  const compared = (one: Compared['score'], test: Compared['measured']['test'] = null): Compared[] =>
    [resnet50, mobilenetV2].map((network) => ({
      network,
      training,
      measured: { ...measured, test },
      score: one,
    }))

  it('give accuracies in percent, what was not measured as a dash, and CSV as shares', () => {
    const { head, rows } = table2(compared(null))
    expect(head).toEqual(['network', 'train', 'validation', 'test', 'parameters', 'images/s', 'time'])
    expect(rows[1]).toEqual(['MobileNetV2', '100.0 / 100.0', '50.0 / 75.0', '-', '1,234,567', '12.3', '1:15'])
    expect(table2(compared(null, half)).rows[0]?.[3]).toBe('50.0 / 75.0')
    expect(table2Csv(compared(null)).split('\n')[1]).toBe(
      'ResNet-50,1,1,0.5,0.75,,,1234567,2000000000,12.34,75,64,4,3',
    )
  })

  it('score halves where the answers tell them', () => {
    expect(table3(compared(null))).toBeNull()
    expect(table3(compared(whole))).toMatchObject({
      caption: expect.stringMatching(/against 10 answers$/),
      head: ['network', 'score'],
      rows: [
        ['ResNet-50', '40.0 %'],
        ['MobileNetV2', '40.0 %'],
      ],
    })
    const table = table3(compared(parted))
    expect(table?.caption).toContain('(public 4, private 6)')
    expect(table?.rows[0]).toEqual(['ResNet-50', '25.0 %', '50.0 %', '40.0 %'])
    expect(table3Csv(compared(parted)).split('\n')[1]).toBe('ResNet-50,0.4,4,10,0.25,0.5')
    expect(table3Csv(compared(whole)).split('\n')[1]).toBe('ResNet-50,0.4,4,10,,')
  })

  it('are Markdown that a name cannot break', () => {
    const table = { caption: '', head: ['network', 'from'], rows: [['a', '<b>|`x`\n\u001b[1m&']] }
    expect(markdownTable(table)).toBe(
      '| network | from |\n|---|---:|\n| a | &lt;b>\\|\\`x\\`\\\\u\\{a\\}\\\\u\\{1b\\}\\[1m&amp; |',
    )
  })
})

describe('a training that was killed while it saved its first checkpoint', () => {
  it('is kept aside and begins anew', async () => {
    const output = temporaryFolder()
    const checkpoints = join(output, mobilenetV2.slug, 'checkpoints')
    mkdirSync(checkpoints, { recursive: true })
    writeFileSync(join(checkpoints, '.step-00000001.safetensors.0123456789ab.tmp'), '')
    const folder = join((await drawnFaces(['anna', 'ben'], 5)).at(0).file, '..', '..')
    const options: Options = { ...readOptions(['--data', folder]), cache: 'memory', scale: 0.01 }
    const trainer = trainerOf(mobilenetV2, await FaceDataset.fromFolder(folder), null, options)
    const lines: string[] = []
    const terminal = { line: (text: string) => lines.push(text), progress: () => {}, clear: () => {} }
    const job = { options, output, terminal, signal: AbortSignal.abort(), weights: {} }
    expect(await trainOnce(job as never, mobilenetV2, trainer)).toBeNull()
    expect(lines[0]).toContain('What was left of a training is kept in')
    expect(readdirSync(checkpoints)).toEqual(['step-00000000.safetensors'])
  })
})
