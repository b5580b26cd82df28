import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { printable, printableLines } from '../../examples/shared/printable.js'
import { formatTable, percent } from '../../examples/shared/table.js'
import { clock, Terminal } from '../../examples/shared/terminal.js'
import { TimeLeft } from '../../examples/shared/time-left.js'

class Screen extends Writable {
  text = ''
  isTTY = false
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

function quietTerminal() {
  const [output, bars] = [new Screen(), new Screen()]
  let time = 0
  const terminal = new Terminal(output, bars as unknown as NodeJS.WriteStream, () => time)
  return { terminal, output, bars, wait: (ms: number) => (time += ms) }
}

describe('names on a terminal', () => {
  it('cannot move the cursor, end the line or turn the direction of text', () => {
    expect(printable('a\u001b[2Jb\rc\nd\u202ee\u0085f\u200bg\u2028h')).toBe(
      'a\\u{1b}[2Jb\\u{d}c\\u{a}d\\u{202e}e\\u{85}f\\u{200b}g\\u{2028}h',
    )
    expect(printable('Zoë 李 😀')).toBe('Zoë 李 😀')
    expect(printableLines('a\nb\u0007')).toBe('a\nb\\u{7}')
  })
})

describe('without a terminal', () => {
  it('lines are plain and bars are none', () => {
    const { terminal, output, bars } = quietTerminal()
    terminal.progress({ label: 'Epoch 1/2', done: 1, total: 9, facts: '60 images/s' })
    terminal.line('a\u001bb')
    terminal.clear()
    expect(output.text).toBe('a\\u{1b}b\n')
    expect(bars.text).toBe('')
  })

  it('a long silence is broken by how far the task is', () => {
    const { terminal, output, wait } = quietTerminal()
    const progress = { label: 'Epoch 1/2', done: 4, total: 9, facts: '60 images/s' }
    wait(19_000)
    terminal.progress(progress)
    expect(output.text).toBe('')
    wait(1_000)
    terminal.progress(progress)
    terminal.progress(progress)
    expect(output.text).toBe('Epoch 1/2: 4 of 9, 60 images/s\n')
  })
})

describe('a table', () => {
  it('aligns its first column to the left and the others to the right', () => {
    const table = formatTable(
      ['name', 'train', 'test'],
      [
        ['a long name', percent(1), percent(0.5)],
        ['b\u001b', percent(0.05), percent(null)],
      ],
    )
    expect(table.split('\n')).toEqual([
      'name            train     test',
      '-----------   -------   ------',
      'a long name   100.0 %   50.0 %',
      'b\\u{1b}         5.0 %        -',
    ])
  })
})

describe('time', () => {
  it.each([
    [0, '0:00'],
    [59.6, '1:00'],
    [75, '1:15'],
    [7275, '2:01:15'],
    [-3, '0:00'],
  ])('%d s reads %s', (seconds, text) => {
    expect(clock(seconds)).toBe(text)
  })

  it('left is judged by the epoch under way, and at its start by the one before', () => {
    let now = 0
    const timeLeft = new TimeLeft(() => now)
    now = 1000
    expect(timeLeft.after({ step: 1, steps: 10, epoch: 1, epochs: 2 })).toBe(19) // 10 s an epoch
    now = 12_000 // validation took 2 s
    timeLeft.epochEnds()
    now = 12_500
    const early = timeLeft.after({ step: 1, steps: 10, epoch: 2, epochs: 2 })
    expect(early).toBeCloseTo(0.9 * (12 * 0.9 + 5 * 0.1)) // mostly the 12 s of the epoch before
    now = 17_000
    expect(timeLeft.after({ step: 10, steps: 10, epoch: 2, epochs: 2 })).toBe(0)
  })
})
