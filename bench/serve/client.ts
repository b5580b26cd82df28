// The clients, in one process that costs the service's cores as little as it can: requests on kept connections, made once
// and sent as they are.

import { readFileSync } from 'node:fs'
import { Connections, postRequest } from './connections.js'
import { byLabel, CLASSES, distance, type Expected } from './fingerprint.js'
import { type ClientSettings, type Load, type Seen, spread } from './load.js'

const { address, photographs: file } = JSON.parse(process.argv[2] as string) as ClientSettings
const given = JSON.parse(readFileSync(file, 'utf8')) as { photographs: string[]; expected: Expected }
const requests = given.photographs.map((text) =>
  postRequest(new URL(address), `/classify?top=${CLASSES.length}`, 'image/jpeg', Buffer.from(text, 'base64')),
)
const { probabilities, halfGaps } = given.expected
const connections = new Connections(address)

/** What one load saw so far. */
class Tally {
  sent = 0
  answered = 0
  inTime = 0
  refused = 0
  wrong = 0
  worst = 0
  readonly failed: Record<string, number> = {}
  readonly answerMs: number[] = []
  readonly refusalMs: number[] = []
  readonly latenessMs: number[] = []
  lastAnswer = 0
  ends = Number.POSITIVE_INFINITY

  fail(what: string): void {
    this.failed[what] = (this.failed[what] ?? 0) + 1
  }

  take(number: number, status: number, body: Buffer, milliseconds: number): void {
    if (status === 503) {
      this.refused++
      this.refusalMs.push(milliseconds)
    } else if (status !== 200) this.fail(`status ${status}`)
    else {
      this.answered++
      this.answerMs.push(milliseconds)
      this.lastAnswer = performance.now()
      if (this.lastAnswer <= this.ends) this.inTime++
      this.#check(number, body)
    }
  }

  #check(number: number, body: Buffer): void {
    const own = probabilities[number]
    if (own === undefined) return // of a peer nothing is known
    const { identities } = JSON.parse(body.toString()) as { identities: Parameters<typeof byLabel>[0] }
    const away = distance(byLabel(identities), own)
    const share = away / (halfGaps[number] as number)
    if (!(share < 1)) this.wrong++ // also where a value is missing
    this.worst = Math.max(this.worst, share)
  }

  seen(seconds: number): Seen {
    const { sent, answered, refused, failed, wrong } = this
    return {
      ...{ sent, answered, refused, failed, wrong },
      answeredPerSecond: this.inTime / seconds,
      worstDeviation: this.worst,
      answerMs: spread(this.answerMs),
      refusalMs: spread(this.refusalMs),
      latenessMs: spread(this.latenessMs),
      drainedMs: Math.max(0, this.lastAnswer - this.ends),
    }
  }
}

let next = 0

/** Resolves to the milliseconds of an answer, Infinity where there is none. */
async function request(tally: Tally): Promise<number> {
  const number = next++ % requests.length
  const began = performance.now()
  tally.sent++
  try {
    const { status, body } = await connections.ask(requests[number] as Buffer)
    const milliseconds = performance.now() - began
    tally.take(number, status, body, milliseconds)
    return status === 200 ? milliseconds : Number.POSITIVE_INFINITY
  } catch (error) {
    tally.fail((error as Error).message)
    return Number.POSITIVE_INFINITY
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

async function closed(tally: Tally, requests: number, seconds: number): Promise<void> {
  tally.ends = performance.now() + 1000 * seconds
  const lane = async (): Promise<void> => {
    while (performance.now() < tally.ends) await request(tally)
  }
  await Promise.all(Array.from({ length: requests }, lane))
}

async function open(tally: Tally, rate: number, seconds: number): Promise<void> {
  const all: Promise<number>[] = []
  let due = performance.now()
  tally.ends = due + 1000 * seconds
  while (due < tally.ends) {
    const now = performance.now()
    if (now < due) await pause(due - now)
    else {
      tally.latenessMs.push(now - due)
      all.push(request(tally))
      due += (-1000 * Math.log(1 - Math.random())) / rate
    }
  }
  await Promise.all(all)
}

/** Milliseconds until an answer came within `withinMs`; Infinity where none did. */
async function recovery(withinMs: number, patienceMs: number): Promise<number> {
  const began = performance.now()
  while (performance.now() - began < patienceMs) {
    if ((await request(new Tally())) <= withinMs) return performance.now() - began
    await pause(10)
  }
  return Number.POSITIVE_INFINITY
}

async function done(load: Load): Promise<Seen | number> {
  if (load.kind === 'recovery') return recovery(load.withinMs, load.patienceMs)
  const tally = new Tally()
  const began = performance.now()
  if (load.kind === 'closed') await closed(tally, load.requests, load.seconds)
  else if (load.kind === 'open') await open(tally, load.rate, load.seconds)
  else for (let i = 0; i < load.requests; i++) await request(tally)
  return tally.seen(load.kind === 'single' ? (performance.now() - began) / 1000 : load.seconds)
}

process.on('message', (load) => {
  done(load as Load).then((answer) => process.send?.(answer))
})
process.on('SIGTERM', () => process.exit(0))
