// POST /classify and POST /verify: photographs in, what the model says of them out.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Upload } from './admission.js'
import { badRequest } from './refusal.js'
import type { ServedPredictor } from './settings.js'
import { checkSize, photographsOf } from './uploads.js'

/** What the routes need of the service around them. */
export interface Answering {
  predictor(): ServedPredictor
  upload(request: FastifyRequest): Upload
  readonly deadlineMs: number
}

/** How many photographs a route takes, by its address. */
export const PHOTOGRAPHS: Readonly<Record<string, number>> = { '/classify': 1, '/verify': 2 }

export function addAnswerRoutes(app: FastifyInstance, answering: Answering): void {
  const top = { type: 'integer', minimum: 1, maximum: 1000, default: 5 }
  app.post<{ Querystring: { top: number } }>(
    '/classify',
    { schema: { querystring: { type: 'object', properties: { top } } } },
    async (request) => {
      const [photograph] = (await received(request, answering, 1)) as [Buffer]
      const asked = performance.now()
      const call = { signal: request.signal, deadlineMs: answering.deadlineMs }
      const identities = await answering.predictor().classify(photograph, { ...call, top: request.query.top })
      return { identities, milliseconds: since(asked) }
    },
  )

  const threshold = { type: 'number', minimum: -1, maximum: 1 }
  app.post<{ Querystring: { threshold?: number } }>(
    '/verify',
    { schema: { querystring: { type: 'object', properties: { threshold } } } },
    async (request) => {
      const [one, other] = (await received(request, answering, 2)) as [Buffer, Buffer]
      const asked = performance.now()
      const call = { signal: request.signal, deadlineMs: answering.deadlineMs, ...request.query }
      const verification = await answering
        .predictor()
        .verify(one, other, call)
        .catch((thrown: unknown) => {
          if (thrown instanceof TypeError)
            throw badRequest(
              'There is no threshold: add ?threshold=0.5, or start the service with --calibration FILE.',
            )
          throw thrown
        })
      return { ...verification, milliseconds: since(asked) }
    },
  )
}

/** The photographs, whole, of a size that is decoded at once, and with a place in the queue. */
async function received(request: FastifyRequest, answering: Answering, wanted: number): Promise<Buffer[]> {
  const photographs = await photographsOf(request, wanted)
  answering.upload(request).enter()
  await Promise.all(photographs.map(checkSize))
  return photographs
}

function since(moment: number): number {
  return Math.round(10 * (performance.now() - moment)) / 10
}
