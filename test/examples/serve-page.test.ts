// The web page in a browser: what a person can do with it, by mouse, keyboard and screen reader.

import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import { noBrowser, openBrowser } from './browser.js'
import { jpeg, overloaded, type Served, served } from './serving.js'

let browser: Browser | undefined

beforeAll(async () => {
  if (noBrowser === null) browser = await openBrowser()
})
afterAll(() => browser?.close())

interface Opened extends Served {
  readonly page: Page
  /** What the page had to complain about, such as a breach of its policy. */
  readonly complaints: string[]
}

async function opened(skip: TestContext['skip'], options: BrowserContextOptions = {}): Promise<Opened> {
  skip(noBrowser !== null, noBrowser ?? '')
  const service = await served()
  const context = await (browser as Browser).newContext({ reducedMotion: 'reduce', ...options }) // bars have their length at once
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // A refusal is an answer of the service; Chromium lists each as an error of its own.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(service.address) && !url.startsWith('blob:')) complaints.push(`elsewhere: ${url}`)
  })
  await page.goto(service.address)
  await page.getByText('The model knows 2 people').waitFor()
  return { ...service, page, complaints }
}

const choose = async (page: Page, buffer: Buffer, name = 'face.jpg') =>
  page.getByLabel('Choose a photograph').setInputFiles({ name, mimeType: 'image/jpeg', buffer })

// What runs in the page is text: these files know no types of a browser, so that no code of Node takes one for its own.

const HAND = `({ way, bytes }) => {
  const data = new DataTransfer()
  data.items.add(new File([new Uint8Array(bytes)], 'face.jpg', { type: 'image/jpeg' }))
  const event = way === 'drop'
    ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
    : new ClipboardEvent('paste', { clipboardData: data, bubbles: true })
  document.body.dispatchEvent(event)
}`

const LOADED = `async () => {
  const preview = document.getElementById('preview')
  await preview.decode()
  return preview.naturalWidth
}`

/** Hands a file to the page as a drop or a paste does. */
async function hand(page: Page, way: 'drop' | 'paste', content: Buffer): Promise<void> {
  await page.evaluate(`(${HAND})(${JSON.stringify({ way, bytes: [...content] })})`)
}

/** Waits until an error is said in these words. */
const alerted = (page: Page, words: RegExp): Promise<void> =>
  page.getByRole('alert').filter({ hasText: words }).waitFor()

describe('a photograph', () => {
  it('that is chosen is shown and named, names as text', async ({ skip }) => {
    const { page, complaints } = await opened(skip)
    const face = await jpeg()
    await choose(page, face)
    const answer = page.getByRole('list', { name: 'Most probable identities' })
    await answer.waitFor()
    expect(await answer.getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(new RegExp(`^<b>${face.length}</b>\\s+75.0 %$`)),
    ])
    expect(await page.getByRole('status').textContent()).toMatch(
      /<b>\d+<\/b>, 75\.0 %\. Answered in \d+ ms\./,
    )
    await page.getByRole('img', { name: 'The photograph face.jpg' }).waitFor()
    expect(await page.evaluate(`(${LOADED})()`)).toBe(40)
    const [bar, track] = await Promise.all(
      ['.bar', '.track'].map(async (part) => (await page.locator(part).boundingBox())?.width ?? 0),
    )
    expect(bar).toBeCloseTo(0.75 * (track as number), 0)
    expect(track).toBeGreaterThan(100)
    expect(complaints).toEqual([])
  })

  it.for(['drop', 'paste'] as const)('comes by %s too', async (way, { skip }) => {
    const { page, complaints } = await opened(skip)
    await hand(page, way, await jpeg())
    await page.getByRole('listitem').waitFor()
    expect(complaints).toEqual([])
  })
})

describe('an error', () => {
  it('is said in words, and forgotten with the next photograph', async ({ skip }) => {
    const { page, predictor, complaints } = await opened(skip)
    const face = await jpeg()
    await choose(page, Buffer.from('hello'))
    await alerted(page, /cannot be read as a photograph/)
    await choose(page, Buffer.alloc(100_000))
    await alerted(page, /larger than the service takes/)
    predictor.failures.set(face.length, overloaded())
    await choose(page, face)
    await alerted(page, /too much to do/)
    predictor.failures.clear()
    await choose(page, face)
    await page.getByRole('listitem').waitFor()
    expect(await page.getByRole('alert').textContent()).toBe('')
    expect(complaints).toEqual([])
  })

  it('says when the service has gone', async ({ skip }) => {
    const { page, service } = await opened(skip)
    await service.drain(0)
    await choose(page, await jpeg())
    await alerted(page, /cannot be reached/)
  })
})

describe('the answer', () => {
  it('is that of the newest photograph, however late the one before comes', async ({ skip }) => {
    const { page, predictor } = await opened(skip)
    predictor.isSlow = true
    await choose(page, await jpeg(40, 30))
    await predictor.waitsFor(1)
    expect(await page.getByRole('status').textContent()).toBe('Looking at the photograph.')
    predictor.isSlow = false
    const second = await jpeg(200, 150)
    await choose(page, second)
    await page.getByText(`<b>${second.length}</b>`).first().waitFor()
    predictor.answer()
    expect(await page.getByRole('listitem').allTextContents()).toEqual([
      expect.stringContaining(`<b>${second.length}</b>`),
    ])
  })
})

describe('a person without a mouse', () => {
  it('reaches the choice by one key, and sees where it is', async ({ skip }) => {
    const { page } = await opened(skip)
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.id')).toBe('file')
    const outline = () => page.evaluate(`getComputedStyle(document.querySelector('.choose')).outlineStyle`)
    expect(await outline()).toBe('solid')
    const opening = page.waitForEvent('filechooser')
    await page.evaluate('0') // the browser takes commands in turn: it listens for the chooser before the key comes
    await page.keyboard.press('Enter')
    const chooser = await opening
    await chooser.setFiles({ name: 'face.jpg', mimeType: 'image/jpeg', buffer: await jpeg() })
    await page.getByRole('listitem').waitFor()
  })

  it.for([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['narrow', { viewport: { width: 320, height: 640 } }],
  ] as const)('meets no barrier that axe knows: %s', async ([, options], { skip }) => {
    const { page } = await opened(skip, options)
    await expectNoBarrier(page)
    await choose(page, await jpeg())
    await page.getByRole('listitem').waitFor()
    await expectNoBarrier(page)
    await choose(page, Buffer.from('hello'))
    await alerted(page, /./)
    await expectNoBarrier(page)
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(await page.evaluate('document.getAnimations().length')).toBe(0)
  })
})

async function expectNoBarrier(page: Page): Promise<void> {
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const found = await (globalThis as unknown as { axe: typeof axe }).axe.run()
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
  expect(violations).toEqual([])
}
