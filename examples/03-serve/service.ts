// The service around a predictor: what it answers, what it refuses, and how it ends.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import multipart from '@fastify/multipart'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Admission, type Upload } from './admission.js'
import { addAnswerRoutes, PHOTOGRAPHS } from './answer-routes.js'
import { createMetrics, type Metrics, type Outcome } from './metrics.js'
import { addPageRoutes } from './page-routes.js'
import { DRAINING, NOT_READY, Refusal, type RefusalNotice, refusalAnswer, refusalOf } from './refusal.js'
import type { ServedPredictor, ServiceSettings } from './settings.js'

/** Milliseconds in which a request must have arrived, so that no client holds a connection for nothing. */
const REQUEST_TIMEOUT = 30_000
/** Milliseconds in which an open connection waits for its next request: longer than load balancers keep theirs. */
const KEEP_ALIVE = 75_000
export class Service {
  /** Listen with `app.listen`, before the model is open. */
  readonly app: FastifyInstance
  readonly #settings: ServiceSettings
  readonly #admission: Admission
  readonly #metrics: Metrics
  readonly #uploads = new WeakMap<FastifyRequest, Upload>()
  readonly #outcomes = new WeakMap<FastifyRequest, Outcome>()
  readonly #onFailure: (thrown: unknown) => void
  #predictor: ServedPredictor | null = null
  #draining = false
  #tellIdle: (() => void) | undefined

  private constructor(settings: ServiceSettings, onFailure: (thrown: unknown) => void) {
    this.#settings = settings
    this.#onFailure = onFailure
    this.#admission = new Admission(settings, (waiting) => this.#expectedMs(waiting))
    this.#metrics = createMetrics(() => this.#predictor)
    this.app = fastify({
      bodyLimit: settings.maxBytes,
      serverFactory: (answer) =>
        createServer(
          { requestTimeout: REQUEST_TIMEOUT, keepAliveTimeout: KEEP_ALIVE },
          (request, response) => {
            if (!this.#refusesAtOnce(request, response)) answer(request, response)
          },
        ),
    })
  }

  /** @param onFailure Told what strangers are not: what was thrown where the service is at fault. */
  static async create(settings: ServiceSettings, onFailure: (thrown: unknown) => void): Promise<Service> {
    const service = new Service(settings, onFailure)
    await service.#build()
    return service
  }

  /** From now on the service is ready. It closes the predictor when it ends. */
  open(predictor: ServedPredictor): void {
    this.#predictor = predictor
  }

  /** Requests for photographs that are not answered yet. */
  get underWay(): number {
    return this.#admission.uploads
  }

  /**
   * Answers what is under way and refuses what comes, then ends.
   *
   * @returns false where requests were still under way after so many milliseconds: their connections were cut.
   */
  async drain(limitMs: number): Promise<boolean> {
    this.#draining = true
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#tellIdle = resolve
      timer = setTimeout(resolve, limitMs)
      if (this.underWay === 0) resolve()
    })
    clearTimeout(timer)
    const isIdle = this.underWay === 0
    if (!isIdle) this.app.server.closeAllConnections()
    await this.app.close()
    await this.#predictor?.close()
    return isIdle
  }

  async #build(): Promise<void> {
    const app = this.app
    const settings = this.#settings
    await app.register(multipart, { limits: { fileSize: settings.maxBytes, fieldSize: 0 } })
    // Only types that no web page can send to another site's service without being asked first, but for forms.
    app.addContentTypeParser(/^image\//, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    app.removeContentTypeParser(['application/json', 'text/plain'])
    // Clients that ask before they send a large body are told to go on by #admit alone.
    app.server.on('checkContinue', (request, response) => app.server.emit('request', request, response))
    app.addHook('onRequest', async (request, reply) => this.#admit(request, reply))
    app.addHook('onSend', async (_request, reply) => {
      if (this.#draining) reply.header('connection', 'close')
    })
    app.setErrorHandler((thrown, request, reply) => this.#refuse(thrown, request, reply))
    app.setNotFoundHandler(() => {
      throw new Refusal({ status: 404, code: 'NOT_FOUND', message: 'There is no such address.' })
    })
    addAnswerRoutes(app, {
      predictor: () => this.#predictor as ServedPredictor, // nothing is let in before it is there
      upload: (request) => this.#uploads.get(request) as Upload,
      deadlineMs: settings.deadlineMs,
    })
    this.#addStateRoutes()
    await app.register(addPageRoutes)
  }

  #addStateRoutes(): void {
    const { app } = this
    app.get('/health', async () => ({ status: 'ok' }))
    app.get('/ready', async (_request, reply) => {
      const refusal = this.#unready()
      if (refusal !== null) return reply.code(503).send({ status: refusal.code.toLowerCase() })
      const { classes, device } = this.#predictor as ServedPredictor
      return { status: 'ready', identities: classes.length, device: device.name }
    })
    app.get('/metrics', async (_request, reply) => {
      const { registry } = this.#metrics
      return reply.type(registry.contentType).send(await registry.metrics())
    })
  }

  /**
   * A flood is to cost next to nothing: what there is no room for is refused without a route, hooks or a parser, in half of
   * the time.
   */
  #refusesAtOnce(request: IncomingMessage, response: ServerResponse): boolean {
    const route = request.url?.split('?', 1)[0] ?? ''
    const photographs = PHOTOGRAPHS[route]
    if (photographs === undefined || request.method !== 'POST') return false
    const refusal = this.#unready() ?? this.#admission.refusal(photographs, lengthOf(request))
    if (refusal === null) return false
    const { headers, body } = refusalAnswer(refusal)
    if (this.#draining) headers.connection = 'close'
    response.writeHead(refusal.status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
    this.#metrics.ended(route, outcomeOf(refusal), 0)
    return true
  }

  /** Before the body is read. */
  #admit(request: FastifyRequest, reply: FastifyReply): void {
    const photographs = PHOTOGRAPHS[request.routeOptions.url ?? '']
    if (photographs === undefined) return
    const began = performance.now()
    reply.raw.once('close', () => this.#ended(request, reply, (performance.now() - began) / 1000))
    this.#uploads.set(request, this.#admission.admit(photographs, lengthOf(request.raw)))
    if (request.headers.expect !== undefined) reply.raw.writeContinue()
  }

  #unready(): RefusalNotice | null {
    if (this.#draining) return DRAINING
    return this.#predictor === null ? NOT_READY : null
  }

  #refuse(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const refusal = refusalOf(thrown)
    if (refusal.code === 'FAILED') this.#onFailure(thrown)
    this.#outcomes.set(request, outcomeOf(refusal))
    const { headers, body } = refusalAnswer(refusal)
    return reply.code(refusal.status).headers(headers).send(body)
  }

  #ended(request: FastifyRequest, reply: FastifyReply, seconds: number): void {
    const outcome = this.#outcomes.get(request) ?? (reply.raw.writableFinished ? 'answered' : 'aborted')
    this.#metrics.ended(request.routeOptions.url ?? '', outcome, seconds)
    this.#uploads.get(request)?.leave()
    if (this.underWay === 0) this.#tellIdle?.()
  }

  /** By the time that batches took so far. */
  #expectedMs(waiting: number): number {
    const { meanBatchMs } = (this.#predictor as ServedPredictor).stats()
    return Math.ceil(Math.ceil(waiting / this.#settings.maxBatch) * meanBatchMs)
  }
}

function lengthOf({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length']
  return length === undefined ? undefined : Number(length)
}

function outcomeOf({ code }: RefusalNotice): Outcome {
  return code.toLowerCase() as Outcome
}
