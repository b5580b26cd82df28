import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { forEachBounded } from '../../lib/data/bounded.js'
import { thrownBy } from './thrown.js'

const bounds = { limit: 3, signal: undefined, task: 'Counting' }

test('runs every index once and never more than the limit at a time', async () => {
  const seen: number[] = []
  let running = 0
  let most = 0
  await forEachBounded(20, bounds, async (index) => {
    most = Math.max(most, ++running)
    await turn()
    seen.push(index)
    running--
  })
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index))
  expect(most).toBe(3)
})

test('a failure starts nothing more, waits for what runs and is thrown, even if it is null', async () => {
  let started = 0
  let running = 0
  const thrown = await forEachBounded(20, bounds, async (index) => {
    started++
    running++
    await turn()
    if (index !== 0) await turn()
    running--
    if (index === 0) throw null
  }).catch((reason) => [reason])
  expect(thrown).toEqual([null])
  expect(started).toBe(3)
  expect(running).toBe(0)
})

test('an abort is ABORTED with the reason as its cause', async () => {
  const controller = new AbortController()
  const error = await thrownBy(
    forEachBounded(20, { ...bounds, signal: controller.signal }, async (index) => {
      if (index === 4) controller.abort('enough')
    }),
  )
  expect(error).toMatchObject({ name: 'TorchError', code: 'ABORTED', cause: 'enough' })
  expect(error.message).toContain('Counting')
})
