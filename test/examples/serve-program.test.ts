// npm run serve as a person meets it: from the command line to the exit code.

import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Admission } from '../../examples/03-serve/admission.js'
import { calibrationOf, newestBundle } from '../../examples/03-serve/find-model.js'
import { helpText, optionTable } from '../../examples/03-serve/option-table.js'
import { readOptions } from '../../examples/03-serve/options.js'
import { UsageError } from '../../examples/shared/command-line.js'
import { modelDigest } from '../../lib/inference/model-digest.js'
import { readBundle } from '../../lib/model/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { saveRandomBundle } from '../inference/random-bundle.js'
import { drawnFaces } from '../training/small-training.js'
import { programOf, refusedBy } from './program.js'
import { form, post } from './serving.js'

const start = programOf('03-serve')
const refused = refusedBy(start)

describe('the options', () => {
  it.each([
    [['--port', '70000'], 'at most 65535'],
    [['--host'], '--host needs an address of this machine'],
    [['--max-batch', '0'], 'an integer of at least 1'],
    [['--max-megabytes', '0'], 'above 0'],
    [['model.safetensors'], 'a model is given by --model FILE'],
    [['--modell', 'x'], 'did you mean --model?'],
  ])('%j are refused in a line', (argv, words) => {
    expect(() => readOptions(argv)).toThrow(UsageError)
    expect(() => readOptions(argv)).toThrow(words)
  })

  it('have defaults, and are read in the units of the service', () => {
    expect(readOptions([])).toMatchObject({ host: '127.0.0.1', port: 8080, maxBatch: 8, maxQueue: 32 })
    const given = readOptions(['--max-megabytes', '0.5', '--drain-seconds', '2', '--deadline', '300'])
    expect(given).toMatchObject({ maxBytes: 500_000, drainMs: 2000, deadlineMs: 300 })
  })

  it('are all explained in lines that fit a terminal', () => {
    const text = helpText()
    for (const { name, placeholder } of optionTable) expect(text).toContain(`--${name} ${placeholder}`)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})

describe('the model', () => {
  it('is the newest one of any run', async () => {
    const folder = temporaryFolder()
    expect(await newestBundle(join(folder, 'nowhere'))).toBeUndefined()
    for (const [run, time] of [
      ['old/a', 1],
      ['new', 3],
      ['old/b', 2],
    ] as const) {
      mkdirSync(join(folder, run), { recursive: true })
      const file = join(folder, run, 'best.safetensors')
      writeFileSync(file, '')
      utimesSync(file, time, time)
    }
    writeFileSync(join(folder, 'last.safetensors'), '')
    expect(await newestBundle(folder)).toBe(join(folder, 'new', 'best.safetensors'))
  })

  it('has the calibration that is given, or lies beside it', async () => {
    const folder = temporaryFolder()
    const model = join(folder, 'best.safetensors')
    expect(await calibrationOf(model, undefined)).toBeUndefined()
    await expect(calibrationOf(model, join(folder, 'none.json'))).rejects.toThrow(/none\.json cannot be read/)
    writeFileSync(join(folder, 'calibration.json'), '{"verification":{"threshold":0.5},"unknown":null}')
    expect(await calibrationOf(model, undefined)).toMatchObject({ verification: { threshold: 0.5 } })
    writeFileSync(join(folder, 'other.json'), '{')
    await expect(calibrationOf(model, join(folder, 'other.json'))).rejects.toThrow(/other\.json is no JSON/)
  })
})

describe('admission', () => {
  it('bounds what is under way in photographs and in bytes, whatever ends an upload', () => {
    const admission = new Admission({ maxQueue: 3, maxBytes: 1000 }, (waiting) => 10 * waiting, 130_000)
    const uploads = [admission.admit(1, 500), admission.admit(2, undefined)]
    expect(() => admission.admit(2, undefined)).toThrow(/wait already/) // bytes: a form of two may have 67,536
    for (const upload of uploads) upload.enter()
    expect(() => admission.admit(1, 500)).toThrow('3 photographs wait already')
    expect(admission.uploads).toBe(2)
    for (const upload of [...uploads, ...uploads]) upload.leave()
    expect(admission.uploads).toBe(0)
    const slow = [admission.admit(2, 900), admission.admit(2, 900)] // an upload holds no place
    slow[0]?.enter()
    expect(() => slow[1]?.enter()).toThrow('2 photographs wait already')
    expect(() => admission.admit(1, 70_000)).toThrow(/may have 0.001 MB/)
  })
})

describe('the program', () => {
  it('refuses wrong options, a missing model and a port that is taken, each in a line', async () => {
    await refused(['--prot', '1'], ['--port'], 2)
    await refused(['--model', 'nowhere.safetensors', '--port', '0'], ['nowhere.safetensors'])
    const taken = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    await refused(['--model', 'nowhere.safetensors', '--port', String(port)], [`Port ${port} is taken`], 2)
  })

  it('serves a model until a signal comes, and ends with exit code 0', async () => {
    const folder = temporaryFolder()
    const model = join(folder, 'best.safetensors')
    await saveRandomBundle(model, ['anna', 'ben', '=carl'])
    const { metadata, tensors } = await readBundle(model)
    const made = { model: await modelDigest(metadata, tensors), flip: false }
    const calibration = { ...made, verification: { threshold: 0.9 }, unknown: null }
    writeFileSync(join(folder, 'calibration.json'), JSON.stringify(calibration))
    const faces = await drawnFaces(['anna', 'ben'], 2, join(folder, 'faces'))
    const [one, other] = faces.samples.map(({ file }) => readFileSync(file)) as [Buffer, Buffer]
    const asked: Promise<[Response, Response]>[] = []
    const ended = await start(['--model', model, '--port', '0'], (out, interrupt) => {
      const address = /Open (http:\S+),/.exec(out)?.[1]
      if (address === undefined || asked.length > 0) return
      const both = Promise.all([
        post(`${address}/classify`, one, 'image/png'),
        post(`${address}/verify`, form(one, other)),
      ])
      asked.push(both)
      both.catch(() => {}).finally(interrupt)
    })
    const [classified, verified] = await (asked[0] as Promise<[Response, Response]>)
    const { identities } = (await classified.json()) as {
      identities: { identity: string; probability: number }[]
    }
    expect(identities.map(({ identity }) => identity).sort()).toEqual(['=carl', 'anna', 'ben'])
    expect(identities.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5)
    const { similarity, same } = (await verified.json()) as { similarity: number; same: boolean }
    expect(same).toBe(similarity >= 0.9)
    expect(ended.err).toBe('')
    expect(ended.out).toContain('3 identities, on cpu')
    expect(ended.out).toContain('All are answered.')
    expect(ended.code).toBe(0)
  })
})
