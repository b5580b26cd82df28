// The same work as plainly as onnxruntime-node does it: a photograph in, probabilities out, one at a time.
// Run by main.ts with the .onnx file, the pixels a side and the folder where onnxruntime-node is installed.

import { createServer, type IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import sharp from 'sharp'

const [file = '', side = '', folder = ''] = process.argv.slice(2)
const size = Number(side)

/** What is used of onnxruntime-node, which is no dependency: it fetches binaries when it is installed. */
interface Runtime {
  InferenceSession: { create(file: string, options: object): Promise<Session> }
  Tensor: new (type: 'float32', data: Float32Array, shape: number[]) => object
}
interface Session {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: Record<string, object>): Promise<Record<string, { data: Float32Array }>>
}

const require = createRequire(join(resolve(folder), 'package.json'))
const { InferenceSession, Tensor } = require('onnxruntime-node') as Runtime
const session = await InferenceSession.create(file, { executionProviders: ['cpu'] })

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** 1 x 3 x size x size values in [-1, 1]. */
async function planes(photograph: Buffer): Promise<Float32Array> {
  const pixels = await sharp(photograph).resize(size, size, { fit: 'fill' }).removeAlpha().raw().toBuffer()
  const values = new Float32Array(pixels.length)
  const plane = size * size
  for (let i = 0; i < plane; i++)
    for (let channel = 0; channel < 3; channel++)
      values[channel * plane + i] = (pixels[3 * i + channel] as number) / 127.5 - 1
  return values
}

const server = createServer(async (request, response) => {
  const data = await planes(await bodyOf(request))
  const feeds = { [session.inputNames[0] as string]: new Tensor('float32', data, [1, 3, size, size]) }
  const outputs = await session.run(feeds)
  const values = [...(outputs[session.outputNames[0] as string]?.data ?? [])].slice(0, 16)
  const identities = values.map((probability, label) => ({ identity: `identity ${label}`, probability }))
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ identities }))
})
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.on('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})
