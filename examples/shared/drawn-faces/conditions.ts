// How one photograph was taken: everything that differs between two photographs of one person.

import { type Colour, fromHsl } from './colour.js'
import { Draws } from './draws.js'

export interface Conditions {
  pose: { yaw: number; pitch: number; roll: number } // radians
  framing: { scale: number; x: number; y: number } // pixels a head unit, and the head's centre, on 112 pixels
  expression: { smile: number; open: number; brow: number; lids: number; gazeX: number; gazeY: number }
  light: { angle: number; strength: number; exposure: number; contrast: number; warmth: number }
  background: {
    kind: 'plain' | 'horizon' | 'circles' | 'stripes' | 'window'
    colours: readonly Colour[]
    seed: number
  }
  clothes: { colour: Colour; collar: 'crew' | 'v' | 'shirt' }
  camera: { blur: number; noise: number; quality: number; seed: number }
}

/** The conditions of one photograph, a function of the seed, the person and the photograph's number. */
export function conditionsOf(seed: number, identity: number, photograph: number): Conditions {
  const draws = new Draws(seed, 'conditions', identity, photograph)
  const lightness = draws.between('backgroundLightness', 0.12, 0.88)
  const colour = (name: string, extent: number): Colour =>
    fromHsl(
      draws.between(`${name}.hue`, 0, 360),
      draws.between(`${name}.saturation`, 0.1, 0.7),
      Math.min(0.94, Math.max(0.06, lightness + draws.around(name, extent))),
    )
  return {
    pose: {
      yaw: draws.around('yaw', 0.5),
      pitch: draws.around('pitch', 0.22),
      roll: draws.around('roll', 0.26),
    },
    framing: {
      scale: draws.between('scale', 28, 41),
      x: draws.around('x', 12),
      y: draws.around('y', 9) + 3,
    },
    expression: {
      smile: draws.between('smile', -0.35, 1),
      open: draws.chance('opens', 0.4) ? draws.between('open', 0.3, 1) : 0,
      brow: draws.between('brow', -0.4, 1),
      lids: draws.chance('sleepy', 0.15) ? draws.between('lids', 0.4, 0.75) : draws.between('lids', 0, 0.25),
      gazeX: draws.around('gazeX', 0.6),
      gazeY: draws.around('gazeY', 0.4),
    },
    light: {
      angle: draws.between('lightAngle', 0, 2 * Math.PI),
      strength: draws.between('lightStrength', 0.1, 0.6),
      exposure: draws.between('exposure', -0.5, 0.4), // powers of two
      contrast: draws.between('contrast', 0.75, 1.25),
      warmth: draws.around('warmth', 0.14),
    },
    background: {
      kind: draws.pick('background', ['plain', 'horizon', 'circles', 'stripes', 'window']),
      colours: [colour('first', 0.2), colour('second', 0.5), colour('third', 0.7)],
      seed: Math.floor(draws.between('backgroundSeed', 0, 1e6)),
    },
    clothes: {
      colour: fromHsl(
        draws.between('clothesHue', 0, 360),
        draws.between('clothesSaturation', 0, 0.7),
        draws.between('clothesLightness', 0.12, 0.85),
      ),
      collar: draws.pick('collar', ['crew', 'v', 'shirt']),
    },
    camera: {
      blur: draws.chance('soft', 0.3) ? draws.between('blur', 0.4, 0.8) : 0,
      noise: draws.between('noise', 0, 7), // of 255
      quality: Math.round(draws.between('quality', 68, 95)),
      seed: Math.floor(draws.between('noiseSeed', 0, 2 ** 31)),
    },
  }
}
