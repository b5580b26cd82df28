// HTTP as the load needs it and no more: requests that were made once go out on kept connections, and of an answer the status and
// the body are read. A client for everyone takes several times the processor's time, which here the service would lack.

import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly body: Buffer
}

/** A whole POST request. */
export function postRequest(address: URL, path: string, type: string, body: Buffer): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${address.host}`,
    `content-type: ${type}`,
    `content-length: ${body.length}`,
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}

/** Its length where all of it is there. */
function answerOf(received: Buffer): (Answer & { readonly length: number }) | null {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = received.toString('latin1', 0, end)
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`An answer without a length: ${head}`)
  const all = end + 4 + Number(length)
  if (received.length < all) return null
  return { status: Number(head.slice(9, 12)), body: received.subarray(end + 4, all), length: all }
}

export class Connections {
  readonly #address: URL
  readonly #idle: Connection[] = []

  constructor(address: string) {
    this.#address = new URL(address)
  }

  async ask(request: Buffer): Promise<Answer> {
    let connection = this.#idle.pop()
    while (connection?.isOpen === false) connection = this.#idle.pop() // the service ends idle ones
    connection ??= new Connection(this.#address)
    const answer = await connection.ask(request)
    if (connection.isOpen) this.#idle.push(connection)
    return answer
  }
}

class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null

  constructor({ hostname, port }: URL) {
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true })
    this.#socket.on('data', (chunk) => this.#take(chunk))
    this.#socket.on('error', (error) => this.#waiting?.reject(error))
    this.#socket.on('close', () => this.#waiting?.reject(new Error('The connection was closed')))
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable
  }

  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    try {
      const answer = answerOf(this.#received)
      if (answer === null) return
      this.#received = this.#received.subarray(answer.length)
      this.#waiting?.resolve(answer)
      this.#waiting = null
    } catch (error) {
      this.#socket.destroy(error as Error)
    }
  }
}
