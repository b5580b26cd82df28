// The order of the work: a model, a service that listens, answers until a signal comes, and ends.

import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { Predictor } from '@facecls/torch'
import { UsageError } from '../shared/command-line.js'
import { shownPath } from '../shared/shown-path.js'
import type { Terminal } from '../shared/terminal.js'
import { calibrationOf, newestBundle } from './find-model.js'
import { learnModel } from './learn-model.js'
import type { Options } from './options.js'
import { Service } from './service.js'

const RUNS = resolve('runs')

/** Resolves once a signal came and all that was under way is answered. */
export async function serve(options: Options, terminal: Terminal, signal: AbortSignal): Promise<true> {
  const model = options.model ?? (await modelAtHand(terminal, signal))
  const calibration = await calibrationOf(model, options.calibration)
  const service = await Service.create(options, (thrown) =>
    terminal.line(`A request failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`),
  )
  const address = await listening(service, options)
  try {
    const { device, maxBatch, maxQueue } = options
    const predictor = await Predictor.open(model, {
      ...{ device, maxBatch, maxQueue, signal },
      ...(calibration && { calibration }),
    })
    service.open(predictor)
    terminal.line(
      `Serving ${shownPath(model)}, ${predictor.classes.length} identities, on ${predictor.device.name}.`,
    )
    terminal.line(`Open ${address}, or POST photographs to ${address}/classify. Ctrl-C ends it.`)
    await aborted(signal)
  } catch (thrown) {
    await service.drain(0)
    throw thrown
  }
  await drained(service, options.drainMs, terminal)
  return true
}

async function modelAtHand(terminal: Terminal, signal: AbortSignal): Promise<string> {
  const newest = await newestBundle(RUNS)
  if (newest === undefined) return learnModel(join(RUNS, 'serve'), terminal, signal)
  terminal.line(`No --model: ${shownPath(newest)} is the newest under ${shownPath(RUNS)}.`)
  return newest
}

async function listening({ app }: Service, { host, port }: Options): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new UsageError(`Port ${port} is taken; name another by --port, or --port 0 for any that is free`)
    throw new UsageError(`Cannot listen on ${host}, port ${port}: ${message}`)
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

async function drained(service: Service, limitMs: number, terminal: Terminal): Promise<void> {
  terminal.line(`Requests under way: ${service.underWay}. They are answered first; others are refused.`)
  const isWhole = await service.drain(limitMs)
  if (!isWhole)
    throw new Error(
      `Some requests were not answered within ${limitMs / 1000} s, so their connections were cut`,
    )
  terminal.line('All are answered.')
}
