// The photographs of a request: a body that is one, or the files of a form.

import type { FastifyRequest } from 'fastify'
import sharp from 'sharp'
import { badRequest, Refusal, tooLarge } from './refusal.js'
import { PIXEL_LIMIT } from './settings.js'

/**
 * As many photographs as are wanted, whole but not decoded.
 *
 * @throws Refusal REQUEST where there are more or fewer, and what the readers of bodies throw
 */
export async function photographsOf(request: FastifyRequest, wanted: number): Promise<Buffer[]> {
  const photographs = request.isMultipart() ? await filesOf(request, wanted) : bodyOf(request)
  if (photographs.length === wanted && photographs.every(({ length }) => length > 0)) return photographs
  const what = wanted === 1 ? 'one photograph' : `a form with ${wanted} photographs`
  const given = photographs.filter(({ length }) => length > 0).length
  throw badRequest(`Expected ${what} but received ${given}.`)
}

function bodyOf({ body }: FastifyRequest): Buffer[] {
  return Buffer.isBuffer(body) ? [body] : []
}

async function filesOf(request: FastifyRequest, wanted: number): Promise<Buffer[]> {
  const files: Buffer[] = []
  try {
    for await (const part of request.files({ limits: { files: wanted, fields: 0 } }))
      files.push(await part.toBuffer())
  } catch (thrown) {
    // The parser of forms throws plain errors where a form is malformed.
    if (thrown instanceof Error && !('statusCode' in thrown))
      throw badRequest(`The form cannot be read: ${thrown.message}.`)
    throw thrown
  }
  return files
}

/**
 * Looks at a photograph's size before it is decoded: a file of some kilobytes may claim pixels that take seconds.
 *
 * @throws Refusal IMAGE, TOO_LARGE
 */
export async function checkSize(photograph: Buffer): Promise<void> {
  const { width, height } = await sharp(photograph, { limitInputPixels: false })
    .metadata()
    .catch(() => {
      throw new Refusal({
        status: 422,
        code: 'IMAGE',
        message: 'The body is no photograph that can be read. Send a JPEG, PNG, WebP, AVIF, TIFF or GIF.',
      })
    })
  if (width * height > PIXEL_LIMIT)
    throw tooLarge(
      `The photograph has ${width} x ${height} pixels; this service takes ${PIXEL_LIMIT / 1e6} megapixels.`,
    )
}
