// From the drawing to a JPEG: the light's level and colour, the lens and the sensor.

import sharp from 'sharp'
import { type Conditions, conditionsOf } from './conditions.js'
import { drawPortrait } from './portrait.js'

/** One drawn photograph as a JPEG of 112 x 112 pixels. */
export async function takePhotograph(seed: number, identity: number, photograph: number): Promise<Buffer> {
  const conditions = conditionsOf(seed, identity, photograph)
  const svg = Buffer.from(drawPortrait(seed, identity, photograph))
  const { data, info } = await sharp(svg).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  expose(data, info.width, conditions)
  const picture = sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
  const seen = conditions.camera.blur > 0 ? picture.blur(conditions.camera.blur) : picture
  return seen.jpeg({ quality: conditions.camera.quality }).toBuffer()
}

/** Exposure, contrast, warmth, a fall-off across the picture and noise, in place on red, green, blue bytes. */
function expose(pixels: Buffer, width: number, { light, camera }: Conditions): void {
  const height = pixels.length / (3 * width)
  const gain = 2 ** light.exposure
  const channels = [gain * (1 + light.warmth), gain, gain * (1 - light.warmth)]
  const [fallX, fallY] = [Math.cos(light.angle), Math.sin(light.angle)].map(
    (part) => part * light.strength * 0.7,
  ) as [number, number]
  let state = camera.seed
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fall = 1 + fallX * (x / width - 0.5) + fallY * (y / height - 0.5)
      for (const channel of channels) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        const noise = (state / 2 ** 31 - 1) * camera.noise
        const value = ((pixels[i] ?? 0) * channel * fall - 128) * light.contrast + 128 + noise
        pixels[i++] = Math.min(255, Math.max(0, Math.round(value)))
      }
    }
  }
}
