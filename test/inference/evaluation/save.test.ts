// The files of a report: whole tables, hostile names, pictures that are pictures.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'csv-parse/sync'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { EvaluationReport } from '../../../lib/inference/evaluation/report.js'
import { type Measured, resultsOf } from '../../../lib/inference/evaluation/results.js'
import { jpeg, place } from '../../data/drawn.js'
import { thrownBy } from '../../data/thrown.js'
import { temporaryFolder } from '../../files/temporary-folder.js'
import { drawnMeasures, measuresOf } from './drawn-measures.js'

const HOSTILE = ["=cmd|'/C calc'!A0", 'two\nlines', 'a "quoted", name', '@sum', '<b>&amp;', '\u202eanna']

function reportOf(given: Partial<Measured> = {}): EvaluationReport {
  const { measures } = drawnMeasures(120, HOSTILE.length)
  const limits = { confusedPairs: 50, worst: 20 }
  return new EvaluationReport(
    resultsOf({ measures, classes: HOSTILE, groupings: [], skipped: [], limits, ...given }),
  )
}

const groupings = [{ column: '=age', groupOf: Array.from({ length: 120 }, (_, i) => HOSTILE[i % 3] ?? null) }]

function rowsOf(folder: string, name: string): Record<string, string>[] {
  return parse(readFileSync(join(folder, name)), { columns: true })
}

const output = () => join(temporaryFolder(), 'evaluation')

describe('wrong arguments', () => {
  it('are refused by name', async () => {
    const report = reportOf()
    expect(await thrownBy(report.save(undefined as never))).toBeInstanceOf(TypeError)
    expect((await thrownBy(report.save('a', { force: true } as never))).message).toContain(
      'Unknown option force',
    )
    expect((await thrownBy(report.save('a', { signal: 7 as never }))).message).toContain('for signal')
  })

  it('so is a folder that is not empty, and nothing in it is touched', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'summary.csv'), 'older')
    expect(await thrownBy(reportOf().save(folder))).toMatchObject({ code: 'FILE' })
    expect(readdirSync(folder)).toEqual(['summary.csv'])
  })

  it('an aborted signal writes nothing', async () => {
    const folder = output()
    const signal = AbortSignal.abort()
    expect(await thrownBy(reportOf().save(folder, { signal }))).toMatchObject({ code: 'ABORTED' })
    expect(existsSync(folder)).toBe(false)
  })
})

describe('the tables', () => {
  it('hold every number of the report, so that it reads back as the same', async () => {
    const folder = output()
    const report = reportOf({ groupings, skipped: [{ file: '/a\n.jpg', reason: '"damaged"' }] })
    const written = await report.save(folder)
    expect(written.folder).toBe(folder)
    expect(written.files.map((file) => basename(file)).sort()).toEqual(readdirSync(folder).sort())
    expect(written.files.map((file) => basename(file))).toEqual([
      'summary.csv',
      'per-class.csv',
      'confused-pairs.csv',
      'worst.csv',
      'calibration.csv',
      'groups.csv',
      'group-gaps.csv',
      'skipped.csv',
      'calibration.svg',
      'calibration.png',
      'groups.svg',
      'groups.png',
    ])
    const summary = Object.fromEntries(
      rowsOf(folder, 'summary.csv').map(({ metric, ...row }) => [metric, row]),
    )
    expect(Number(summary.top1?.value)).toBe(report.top1)
    expect(Number(summary.top1?.low)).toBe(report.top1Interval[0])
    expect(Number(summary.loss?.value)).toBe(report.loss)
    expect(Number(summary.expectedCalibrationError?.value)).toBe(report.expectedCalibrationError)
    expect(summary.skipped?.value).toBe('1')
    const perClass = rowsOf(folder, 'per-class.csv')
    expect(perClass.map(({ recall }) => Number(recall))).toEqual(report.perClass.map(({ recall }) => recall))
    const worst = rowsOf(folder, 'worst.csv')
    expect(worst.map(({ loss }) => Number(loss))).toEqual(report.worst.map(({ loss }) => loss))
    expect(rowsOf(folder, 'calibration.csv')).toHaveLength(15)
    expect(rowsOf(folder, 'confused-pairs.csv')).toHaveLength(report.confusedPairs.length)
    expect(rowsOf(folder, 'skipped.csv')).toEqual([{ file: '/a\n.jpg', reason: '"damaged"' }])
    const [gap] = rowsOf(folder, 'group-gaps.csv')
    expect(gap).toMatchObject({ top1Gap: `${report.groups[0]?.gap?.top1}`, column: "'=age" })
    expect(gap?.intervalsOverlap).toBe(`${report.groups[0]?.gap?.intervalsOverlap}`)
  })

  it('quote any name and give no spreadsheet a formula', async () => {
    const folder = output()
    await reportOf({ groupings }).save(folder)
    const names = rowsOf(folder, 'per-class.csv').map(({ identity }) => identity)
    expect(names).toEqual(HOSTILE.map((name) => (/^[=@]/.test(name) ? `'${name}` : name)))
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.csv'))) {
      const cells = parse(readFileSync(join(folder, file))).flat() as string[]
      expect(cells.filter((cell) => /^[=@+-]/.test(cell))).toEqual([])
    }
    const svg = readFileSync(join(folder, 'groups.svg'), 'utf8')
    expect(svg).not.toContain('<b>')
  })

  it('have empty cells where there is nothing to measure', async () => {
    const folder = output()
    const measures = measuresOf([[0.9, 0.1, 0]], [0], ['/0.jpg'])
    await reportOf({
      measures,
      classes: ['a', 'b', 'c'],
      groupings: [{ column: 'g', groupOf: [null] }],
    }).save(folder)
    expect(readFileSync(join(folder, 'per-class.csv'), 'utf8')).toBe(
      'identity,count,correct,recall,precision,top5,meanProbability,mistakenFor\n' +
        'a,1,1,1,1,1,0.9,\nb,0,0,,,,,\nc,0,0,,,,,\n',
    )
    expect(readFileSync(join(folder, 'group-gaps.csv'), 'utf8')).toBe(
      'column,top1Gap,highest,lowest,intervalsOverlap\ng,,,,\n',
    )
    expect(readFileSync(join(folder, 'groups.csv'), 'utf8')).toMatch(/\ng,,1,1,1,0\.20654931\d+,1,1,0\.105/)
    for (const file of readdirSync(folder).filter((name) => !name.endsWith('png')))
      expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/NaN|Infinity|null|undefined/)
  })
})

describe('the pictures', () => {
  it('show the worst photographs that can still be read', async () => {
    const root = temporaryFolder()
    place(root, ['p0/0.jpg', 'p1/1.jpg'], await jpeg())
    const files = ['p0/0.jpg', 'p1/1.jpg', 'p1/gone.jpg'].map((file) => join(root, file))
    const measures = measuresOf(
      [
        [0.2, 0.8],
        [0.6, 0.4],
        [0.9, 0.1],
      ],
      [0, 1, 1],
      files,
    )
    const folder = output()
    await reportOf({ measures, classes: HOSTILE.slice(0, 2) }).save(folder)
    const { width, format } = await sharp(join(folder, 'worst.png')).metadata()
    expect([format, width]).toEqual(['png', 560])
    expect(readdirSync(folder)).not.toContain('groups.csv')
    expect(readdirSync(folder)).not.toContain('groups.png')
  })

  it('show the largest of many groups', async () => {
    const groupOf = Array.from({ length: 120 }, (_, i) => `group ${i % 60 < 30 ? i % 60 : 'of many'}`)
    const folder = output()
    await reportOf({ groupings: [{ column: 'age', groupOf }] }).save(folder)
    const svg = readFileSync(join(folder, 'groups.svg'), 'utf8')
    expect(svg).toContain('the 24 largest of 31 groups')
    expect(svg).toContain('group of many')
    expect(svg.match(/<circle/g)).toHaveLength(24)
  })

  it('show some of very many columns', async () => {
    const groupOf = Array.from({ length: 120 }, (_, i) => `${i % 20}`)
    const folder = output()
    await reportOf({ groupings: Array.from({ length: 70 }, (_, i) => ({ column: `c${i}`, groupOf })) }).save(
      folder,
    )
    expect(readFileSync(join(folder, 'groups.svg'), 'utf8').match(/<circle/g)).toHaveLength(60 * 4)
    expect(rowsOf(folder, 'groups.csv')).toHaveLength(70 * 20)
  })
})
