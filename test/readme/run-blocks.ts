// Runs code blocks, one after the other, each document in a folder of its own: node --import tsx run-blocks.ts LIST RESULTS.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A block as a file. */
export interface Runnable {
  readonly place: string
  readonly document: string
  readonly file: string
}

export interface Ran {
  readonly place: string
  readonly seconds: number
  /** null: it ran to its end. */
  readonly failure: string | null
}

const [list = '', results = ''] = process.argv.slice(2)
const blocks = JSON.parse(readFileSync(list, 'utf8')) as Runnable[]
const { calls, folder, predictor } = await import('./stand-ins.js')

async function run(file: string): Promise<void> {
  const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  for (const [name, value] of Object.entries(exported)) {
    const call = calls[name]
    if (call === undefined) throw new Error(`Nothing says how ${name} is called`)
    await call(value as never)
  }
}

const ran: Ran[] = []
const home = process.cwd()
for (const { place, document, file } of blocks) {
  const own = resolve(home, 'documents', document)
  if (!ran.some((one) => one.place.startsWith(`${document}:`))) {
    mkdirSync(own, { recursive: true })
    cpSync(folder, own, { recursive: true })
  }
  process.chdir(own)
  const begun = performance.now()
  const failure = await run(file).then(
    () => null,
    (thrown: unknown) => (thrown instanceof Error ? `${thrown.stack}` : String(thrown)),
  )
  ran.push({ place, seconds: (performance.now() - begun) / 1000, failure })
}
await predictor.close()
writeFileSync(resolve(home, results), JSON.stringify(ran))
