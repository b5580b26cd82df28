// The program that decodes what nobody trusts: one photograph or folder for each question, with its time and memory.

import { readFileSync, writeFileSync } from 'node:fs'
import sharp from 'sharp'
import {
  cacheSettings,
  decodeImage,
  FaceDataset,
  openPhotographs,
  type SkippedPhotograph,
} from '../../lib/data/index.js'
import { decodeInto } from '../../lib/data/pixels/decode-into.js'
import { messageOf, TorchError } from '../../lib/errors.js'
import { native } from '../../lib/native/index.js'
import { type Answer, type Outcome, type Question, READY, SIZE, type Threw } from './messages.js'

process.on('disconnect', () => process.exit())
process.on('message', async (question: Question) => {
  const before = startMeasuring()
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  const outcome = await outcomeOf(question)
  const elapsed = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  // Other processes lengthen the first, several threads the second; on a quiet machine alone it would take about the lesser.
  const milliseconds = Math.min(elapsed, (user + system) / 1000)
  const answer: Answer = { outcome, milliseconds, growthBytes: peak() - before }
  process.send?.(answer)
})

// Loads all code, which is no photograph's cost.
await decodeImage(
  await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
    .png()
    .toBuffer(),
)
native()
process.send?.(READY)

async function outcomeOf(question: Question): Promise<Outcome> {
  try {
    return question.kind === 'folder' ? await packed(question.path) : await decoded(question)
  } catch (thrown) {
    return threw(thrown)
  }
}

function threw(thrown: unknown): Threw {
  return {
    kind: 'threw',
    error: thrown instanceof Error ? thrown.constructor.name : typeof thrown,
    code: thrown instanceof TorchError ? thrown.code : null,
    message: messageOf(thrown),
  }
}

async function decoded({ path, targetSize }: Extract<Question, { kind: 'photograph' }>): Promise<Outcome> {
  const { data, width, height } = await decodeImage(path, targetSize === null ? {} : { targetSize })
  return { kind: 'decoded', width, height, bytes: data.length }
}

async function packed(path: string): Promise<Outcome> {
  const faces = await FaceDataset.unlabelled(path)
  const photographs = Array.from(faces, ({ file }) => file)
  const pixels = native().createPack({ count: faces.length, height: SIZE, width: SIZE, file: null })
  const skipped: SkippedPhotograph[] = []
  await decodeInto(pixels, faces.length, (record) => ({ record, file: faces.at(record).file }), {
    signal: undefined,
    onDecoded: (record, decoded) => {
      if ('reason' in decoded) skipped.push({ file: faces.at(record).file, reason: decoded.reason })
    },
  })
  pixels.close()
  return { kind: 'packed', photographs, skipped, refusal: await refusalOf(faces) }
}

async function refusalOf(faces: FaceDataset): Promise<Threw | null> {
  try {
    const cache = cacheSettings('memory', undefined)
    const options = { size: SIZE, cache, batchSize: 1, held: 1, signal: undefined }
    const opened = await openPhotographs([faces], options)
    opened.close()
    return null
  } catch (thrown) {
    return threw(thrown)
  }
}

/** @returns the memory of now; the peak is counted from now on, where the system can do that. */
function startMeasuring(): number {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
    return statusBytes('VmRSS')
  } catch {
    return peak()
  }
}

function peak(): number {
  try {
    return statusBytes('VmHWM')
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}

function statusBytes(name: string): number {
  const [, kilobytes] =
    new RegExp(`${name}:\\s*(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  if (kilobytes === undefined) throw new Error(`/proc/self/status has no ${name}`)
  return Number(kilobytes) * 1024
}
