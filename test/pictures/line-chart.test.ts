import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { type LineChartSpec, lineChart } from '../../lib/pictures/index.js'

const BLUE_DASHED = /<path d="([^"]*)"[^>]*stroke="#0072b2" stroke-width="2"[^>]*stroke-dasharray/g
const ORANGE_SOLID = /<path d="([^"]*)"[^>]*stroke="#d55e00" stroke-width="2"(?![^>]*stroke-dasharray)/g

/** A training of so many epochs, as the report's figures show it. */
function training(epochs: number): LineChartSpec {
  const x = Array.from({ length: epochs }, (_, index) => index + 1)
  return {
    title: 'InceptionResnetV1',
    panels: [
      {
        yLabel: 'Loss',
        series: [
          { name: 'training', values: x.map((epoch) => 6 / epoch + 1) },
          { name: 'validation', values: x.map((epoch) => 6 / epoch + 1.5) },
        ],
      },
      {
        yLabel: 'Top-1 accuracy (%)',
        percent: true,
        series: [
          { name: 'training', values: x.map((epoch) => 0.84 - 0.7 / epoch) },
          { name: 'validation', values: x.map((epoch) => 0.8 - 0.7 / epoch) },
        ],
      },
    ],
    xLabel: 'Epoch',
    x,
  }
}

const ten = training(10)

/** The texts of a picture as a reader sees them. */
function textsOf(svg: string): string[] {
  const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", '#x27': "'" }
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
    (text as string).replace(/&([#\w]+);/g, (_, name: string) => named[name] ?? '?'),
  )
}

/** The paths of one series' lines, panel after panel. */
function linesOf(svg: string, pattern: RegExp): string[] {
  return [...svg.matchAll(pattern)].map(([, path]) => path as string).filter((path) => !/[Za]/.test(path))
}

describe('the drawing', () => {
  test('makes equal ratios equally wide on a logarithmic axis', async () => {
    const rates = { ...ten, panels: [{ yLabel: 'Loss', series: [{ name: 'training', values: [3, 2, 1] }] }] }
    const { svg } = await lineChart({ ...rates, x: [1e-4, 1e-3, 1e-2], xScale: 'log' })
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['0.0001', '0.001', '0.01']))
    const [path] = linesOf(svg, BLUE_DASHED)
    const [first, second, third] = [...(path as string).matchAll(/[ML]?(-?[\d.]+) -?[\d.]+/g)].map(([, x]) =>
      Number(x),
    )
    expect((third as number) - (second as number)).toBeCloseTo((second as number) - (first as number), 0)
  })

  test('draws a series of points without a line', async () => {
    const panels = [{ yLabel: 'Loss', series: [{ name: 'training', values: [3, 2, 1], points: true }] }]
    const { svg } = await lineChart({ ...ten, panels, x: [1, 2, 3] })
    expect(linesOf(svg, BLUE_DASHED)).toEqual([])
    expect(svg.match(/fill="#0072b2"/g)?.length).toBeGreaterThanOrEqual(3)
  })

  test('says what it shows', async () => {
    const { svg } = await lineChart({ ...ten, subtitle: '7,000 identities' })
    const texts = textsOf(svg)
    for (const text of [
      'InceptionResnetV1',
      '7,000 identities',
      'Loss',
      'Top-1 accuracy (%)',
      'Epoch',
      '10',
      '80',
    ]) {
      expect(texts).toContain(text)
    }
    expect(texts.filter((text) => text === 'training')).toHaveLength(1)
    expect(texts.filter((text) => text === 'validation')).toHaveLength(1)
    expect(texts.filter((text) => text === 'Epoch')).toHaveLength(1)
    expect(svg).toMatch(/^<svg role="img" [^>]*>\n<title>InceptionResnetV1<\/title>/)
  })

  test('tells its lines apart by colour and by dash', async () => {
    const { svg } = await lineChart(ten)
    for (const pattern of [BLUE_DASHED, ORANGE_SOLID]) {
      const inPanels = linesOf(svg, pattern).filter((path) => path.split('L').length === 10)
      expect(inPanels).toHaveLength(2)
    }
  })

  test('has markers on few points and none on many', async () => {
    const markers = (svg: string) => svg.match(/fill="#0072b2"/g)?.length ?? 0
    const [few, many] = await Promise.all([lineChart(ten), lineChart(training(100))])
    expect(markers(few.svg)).toBe(2 * 10 + 1) // and one in the legend
    expect(markers(many.svg)).toBe(1)
  })

  test('has a gap where a value is missing or not finite, and shows a point that stands alone', async () => {
    const values = [1, 2, null, 3, Number.NaN, 4, 5, Infinity, 6, ...Array(91).fill(7)]
    const panels = [{ yLabel: 'Loss', series: [{ name: 'training', values }] }]
    const { svg } = await lineChart({ ...training(100), panels })
    const drawn = linesOf(svg, BLUE_DASHED).join('')
    expect(drawn.match(/NaN|Infinity|undefined/)).toBeNull()
    expect(
      drawn
        .split('M')
        .slice(1)
        .filter((part) => part.includes('L'))
        .map((part) => part.split('L').length),
    ).toEqual(expect.arrayContaining([2, 2, 92]))
    expect(svg.match(/fill="#0072b2"/g)).toHaveLength(2) // the lone point and the legend
  })

  test.each([1, 2, 100])('draws %i epochs and the values of a single one', async (epochs) => {
    const chart = await lineChart(training(epochs))
    expect(textsOf(chart.svg)).toContain(String(epochs))
    expect((await chart.png()).byteLength).toBeGreaterThan(10_000)
  })

  test('draws panels without a single finite value', async () => {
    const panels = [{ yLabel: 'Loss', series: [{ name: 'training', values: [null, Number.NaN] }] }]
    const { svg } = await lineChart({ ...training(2), panels })
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  })

  test('draws numbers of any size', async () => {
    const values = [2e-9, 3e-9]
    const panels = [values, values.map((v) => v * 1e18), [5, 5], [-3, 4]].map((some) => ({
      yLabel: 'Loss',
      series: [{ name: 'training', values: some }],
    }))
    const { svg } = await lineChart({ ...training(2), panels })
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['2e-9', '2e+9', '5.0', '-4']))
  })

  test('marks stages, changes and the best, through all panels', async () => {
    const marks = [
      { x: 3.5, label: 'last 15 layers learn' },
      { x: 6.5, label: 'lr 5e-4', kind: 'change' },
      { x: 9, label: 'best: epoch 9', kind: 'best' },
      { x: 11, label: 'beyond the axis' },
    ] as const
    const plain = await lineChart(ten)
    const { svg } = await lineChart({ ...ten, marks })
    const texts = textsOf(svg)
    for (const { label } of marks.slice(0, 3)) expect(texts).toContain(label)
    expect(texts).not.toContain('beyond the axis')
    const poles = [
      ...svg.matchAll(
        /<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"[^>]*stroke="#(?:666666|707070|00704f)"/g,
      ),
    ]
    expect(poles).toHaveLength(3)
    for (const [, x1, y1, x2, y2] of poles) {
      expect(x1).toBe(x2)
      expect(Number(y2) - Number(y1)).toBeGreaterThan(440)
    }
    expect(plain.svg).not.toContain('#00704f')
  })
})

describe('hostile names', () => {
  const hostile = '</text><script>alert("1")</script>&amp; \u001b[2J\u202e\ud800 \u4e2d \n $& {a|b} %'
  const shown = '</text><script>alert("1")</script>&amp; \ufffd[2J\ufffd\ufffd \u4e2d   $& {a|b} %'
  const spec: LineChartSpec = {
    title: hostile,
    subtitle: hostile,
    panels: [{ yLabel: 'Loss', series: [{ name: hostile, values: [1, 2] }] }],
    xLabel: hostile,
    x: [1, 2],
    marks: [{ x: 1.2, label: 'a<b>&"\u0007' }],
  }

  test('are shown as they are, and nothing of them is obeyed', async () => {
    const { svg } = await lineChart(spec)
    expect(svg).not.toContain('<script')
    const title = /<title>([^<]*)<\/title>/.exec(svg)?.[1]
    expect(title).toContain('&#60;script&#62;alert("1")&#60;/script&#62;&#38;amp; ')
    const texts = textsOf(svg)
    expect(texts.filter((text) => text.startsWith('</text>'))).toHaveLength(4)
    expect(texts).toContain(shown)
    expect(texts).toContain('a<b>&"\ufffd')
    expect(svg).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|\p{Surrogate}/u)
  })

  test('make a well-formed document, which the PNG is made from', async () => {
    const chart = await lineChart(spec)
    await expect(chart.png()).resolves.toBeInstanceOf(Buffer)
  })

  test('are cut where the picture ends', async () => {
    const { svg } = await lineChart({ ...ten, title: 'x'.repeat(10_000) })
    expect(textsOf(svg)).toContain(`${'x'.repeat(89)}\u2026`)
  })
})

test('the same chart is the same text, whatever was drawn before, and another one has other ids', async () => {
  const marks = [{ x: 3.5, label: 'last 15 layers learn' }]
  const first = await lineChart({ ...ten, marks })
  const other = await lineChart(training(9))
  const again = await lineChart({ ...ten, marks })
  expect(again.svg).toBe(first.svg)
  const idsOf = (svg: string) => [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(idsOf(first.svg).length).toBeGreaterThan(0)
  expect(idsOf(first.svg).filter((id) => idsOf(other.svg).includes(id))).toEqual([])
})

test('the PNG has twice the pixels and its text, whatever fonts the machine has', async () => {
  const chart = await lineChart(ten)
  const [, width = 0, height = 0] = (/width="(\d+)" height="(\d+)"/.exec(chart.svg) ?? []).map(Number)
  const png = await chart.png()
  const picture = sharp(png)
  expect(await picture.metadata()).toMatchObject({
    width: 2 * width,
    height: 2 * height,
  })
  const dark = async (left: number, top: number, wide: number, high: number) => {
    const pixels = await sharp(png)
      .extract({ left, top, width: wide, height: high })
      .greyscale()
      .raw()
      .toBuffer()
    return pixels.filter((value) => value < 128).length
  }
  expect(await dark(150, 30, 400, 50)).toBeGreaterThan(500) // the title
  expect(await dark(0, 0, 150, 30)).toBe(0) // the margin
})
