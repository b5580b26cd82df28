// A head turned in space: points of the face in head units in, points on the photograph out.

import type { Conditions } from './conditions.js'
import type { Identity } from './identity.js'

export type Point = readonly [x: number, y: number]

/** One person on one photograph, with the two ways a point of the head reaches the picture. */
export interface Face {
  readonly identity: Identity
  readonly conditions: Conditions
  /** A point on the front of the face; `lift` raises it off the skin. Near features move most when the head turns. */
  surface(x: number, y: number, lift?: number): Point
  /** A point of the outline, which a turn hardly narrows since a head is as deep as it is wide; `depth` in front of the ears. */
  rim(x: number, y: number, depth?: number): Point
}

export function poseFace(identity: Identity, conditions: Conditions): Face {
  const { yaw, pitch } = conditions.pose
  const [sinYaw, cosYaw, sinPitch, cosPitch] = [
    Math.sin(yaw),
    Math.cos(yaw),
    Math.sin(pitch),
    Math.cos(pitch),
  ]
  const width = identity.headWidth
  return {
    identity,
    conditions,
    surface(x, y, lift = 0) {
      const depth =
        0.72 * Math.sqrt(Math.max(0.02, 1 - 0.9 * (x / width) ** 2 - 0.35 * (y / 1.1) ** 2)) + lift
      const turned = depth * cosYaw - x * sinYaw
      const nearness = 1 + 0.08 * (turned - 0.6)
      return [(x * cosYaw + depth * sinYaw) * nearness, (y * cosPitch + turned * sinPitch) * nearness]
    },
    rim(x, y, depth = 0) {
      return [x + depth * sinYaw, y * cosPitch + depth * sinPitch]
    },
  }
}
