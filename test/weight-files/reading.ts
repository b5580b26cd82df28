// The program that reads files that nobody trusts: one for each question, with its time and memory.

import { access } from 'node:fs/promises'
import { messageOf, TorchError } from '../../lib/errors.js'
import { readWeights } from '../../lib/weights/index.js'
import { type Answer, type Question, READY } from './messages.js'
import { OWN_GOOD_FILES } from './own-files.js'

const TENSORS = await warmUp()
const BASELINE = peak()

process.on('disconnect', () => process.exit())
process.on('message', async ({ path }: Question) => {
  await access(path) // else every file that this process does not find would count as refused
  const start = performance.now()
  const outcome = await outcomeOf(path)
  const milliseconds = performance.now() - start
  const peakGrowthBytes = peak() - BASELINE
  const answer: Answer = { outcome, milliseconds, peakGrowthBytes, unusable: await whyUnusable() }
  process.send?.(answer)
})
process.send?.(READY)

/** Loads every reader's code, which is no file's cost. */
async function warmUp(): Promise<number> {
  let tensors = 0
  for (const path of OWN_GOOD_FILES) tensors += (await readWeights(path)).tensors.length
  return tensors
}

async function outcomeOf(path: string): Promise<Answer['outcome']> {
  try {
    return { kind: 'loaded', tensors: (await readWeights(path)).tensors.length }
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown.constructor.name : typeof thrown
    return {
      kind: 'threw',
      error,
      code: thrown instanceof TorchError ? thrown.code : null,
      message: messageOf(thrown),
    }
  }
}

async function whyUnusable(): Promise<string | null> {
  try {
    const tensors = await warmUp()
    return tensors === TENSORS ? null : `it now reads ${tensors} tensors of good files instead of ${TENSORS}`
  } catch (thrown) {
    return messageOf(thrown)
  }
}

/** Bytes. */
function peak(): number {
  return process.resourceUsage().maxRSS * 1024
}
