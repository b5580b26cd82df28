// The web page: three files, read once, that load nothing from elsewhere.

import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'

const FILES = [
  { address: '/', name: 'index.html', type: 'text/html; charset=utf-8' },
  { address: '/page.css', name: 'page.css', type: 'text/css; charset=utf-8' },
  { address: '/page.js', name: 'page.js', type: 'text/javascript; charset=utf-8' },
] as const

/** The page's own files and requests, and photographs that the browser has; nothing else, and in no frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export async function addPageRoutes(app: FastifyInstance): Promise<void> {
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
  })
  for (const { address, name, type } of FILES) {
    const content = await readFile(new URL(`page/${name}`, import.meta.url))
    app.get(address, async (_request, reply) =>
      reply.type(type).header('cache-control', 'no-cache').send(content),
    )
  }
  // Browsers ask for it unasked; without an answer each visit leaves an error in their console.
  app.get('/favicon.ico', async (_request, reply) => reply.code(204).send())
}
