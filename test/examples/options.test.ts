import { describe, expect, it } from 'vitest'
import { helpText, optionTable } from '../../examples/01-train-a-classifier/option-table.js'
import { readOptions } from '../../examples/01-train-a-classifier/options.js'
import { UsageError } from '../../examples/shared/command-line.js'

function refusal(...argv: string[]): string {
  try {
    readOptions(argv)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(UsageError)
    const { message } = thrown as UsageError
    expect(message).not.toContain('\n')
    return message
  }
  throw new Error(`${argv.join(' ')} was accepted`)
}

describe('wrong options', () => {
  it.each([
    [['--epoch', '3'], /Unknown option "--epoch"; did you mean --epochs\?/],
    [['--learning_rate=1'], /Unknown option "--learning_rate"; did you mean --learning-rate\?/],
    [['--sed', '1'], /did you mean --seed\?/],
    [['--completely-different'], /Unknown option "--completely-different"; --help lists all options/],
    [['-x'], /Unknown option "-x"/],
    [['--no-data'], /Unknown option "--no-data"/],
    [['faces'], /Unexpected argument "faces".*--data DIR/],
    [['--', 'faces'], /Unexpected argument "faces"/],
  ])('%j is refused with the nearest option or the help', (argv, message) => {
    expect(refusal(...argv)).toMatch(message)
  })

  it.each([
    [['--epochs'], /--epochs needs an integer of at least 1, but none is given/],
    [['--epochs='], /--epochs needs an integer/],
    [['--output', '--seed', '3'], /--output needs a path, but "--seed" follows it/],
    [['--seed', '1', '--seed', '2'], /--seed is given twice/],
  ])('%j lacks its value or has two', (argv, message) => {
    expect(refusal(...argv)).toMatch(message)
  })

  it.each([
    ['--epochs', '0', 'an integer of at least 1'],
    ['--epochs', '2.5', 'an integer of at least 1'],
    ['--epochs', 'ten', 'an integer of at least 1'],
    ['--epochs', '0x10', 'an integer of at least 1'],
    ['--epochs', 'NaN', 'an integer of at least 1'],
    ['--seed', '-1', 'an integer of at least 0 and at most 4294967295'],
    ['--seed', '1e400', 'an integer of at least 0 and at most 4294967295'],
    ['--seed', '4294967296', 'an integer of at least 0 and at most 4294967295'],
    ['--device', 'gpu', 'one of auto, cpu, cuda'],
    ['--freeze', 'all', 'one of report, none'],
    ['--head', 'mlp', 'one of report, linear'],
    ['--schedule', 'Cosine', 'one of plateau, cosine'],
    ['--crop-scale', '0', 'a number of at least 0.001 and at most 1'],
    ['--crop-scale', '1.5', 'a number of at least 0.001 and at most 1'],
    ['--learning-rate', '1e', 'a number above 0 and at most 10'],
  ])('%s %s is refused with what it should be', (name, value, what) => {
    expect(refusal('--data', 'faces', name, value)).toBe(
      `Expected ${what} for ${name} but received "${value}"; see --help`,
    )
  })

  it('names what an option needs beside it', () => {
    expect(refusal('--head', 'linear')).toMatch(/^--head needs --data: add --data DIR/)
    expect(refusal('--data', 'faces', '--test-labels', 'answers.csv')).toMatch(
      /^--test-labels needs --test: add --test DIR/,
    )
    expect(refusal('--test', 'faces')).toMatch(/^--test needs --data/)
    expect(refusal('--resume', 'runs/a', '--epochs', '3')).toMatch(/^--resume goes alone/)
    expect(readOptions(['--resume', 'runs/a']).resume).toBe('runs/a')
  })

  it('shows no control character and no endless value', () => {
    expect(refusal('\u001b[31mred')).toContain('"\\u{1b}[31mred"')
    expect(refusal('--device', 'x'.repeat(5000)).length).toBeLessThan(200)
  })
})

describe('right options', () => {
  it('leaves what was not given undefined', () => {
    const { help, ...rest } = readOptions([])
    expect(help).toBe(false)
    expect(new Set(Object.values(rest))).toEqual(new Set([undefined]))
  })

  it('reads every option in both spellings', () => {
    const argv = [
      ...['--data', 'faces', '--test=test', '--test-labels', 'answers.csv', '--sample-submission=sample.csv'],
      ...[
        '--weights',
        'a.safetensors',
        '--freeze=none',
        '--head',
        'linear',
        '--schedule',
        'cosine',
        '--output',
        'out',
      ],
      ...[
        '--epochs',
        '3',
        '--batch-size=16',
        '--size',
        '96',
        '--crop-scale',
        '.6',
        '--learning-rate',
        '5e-4',
      ],
      ...['--device', 'cpu', '--precision', 'float32', '--seed', '0'],
    ]
    expect(readOptions(argv)).toEqual({
      help: false,
      data: 'faces',
      test: 'test',
      testLabels: 'answers.csv',
      sampleSubmission: 'sample.csv',
      weights: 'a.safetensors',
      freeze: 'none',
      head: 'linear',
      schedule: 'cosine',
      output: 'out',
      epochs: 3,
      batchSize: 16,
      size: 96,
      cropScale: 0.6,
      learningRate: 5e-4,
      device: 'cpu',
      precision: 'float32',
      seed: 0,
    })
  })

  it('takes a path that begins with a single dash', () => {
    expect(readOptions(['--data', '-faces']).data).toBe('-faces')
  })

  it('shows the help whatever stands beside it', () => {
    expect(readOptions(['--help']).help).toBe(true)
    expect(readOptions(['-h', '--head', 'linear']).help).toBe(true)
  })
})

describe('the help', () => {
  it('explains every option in lines that fit a terminal', () => {
    const text = helpText()
    for (const { name, placeholder } of optionTable) expect(text).toContain(`--${name} ${placeholder}`)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})
