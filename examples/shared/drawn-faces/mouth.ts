// Nose and mouth.

import { css, darker, lighter, mix } from './colour.js'
import type { Face, Point } from './face.js'
import { curve, ellipse, path, stroke } from './path.js'

export function nose(face: Face): string {
  const { nose: shape, skin, eyes } = face.identity
  const tip = eyes.y + shape.length
  const { width, bridge } = shape
  const shadeSide = face.conditions.pose.yaw > 0 ? -1 : 1 // the side that turned away
  const ridge = [
    face.surface(-shadeSide * bridge, eyes.y - 0.06, 0.06),
    face.surface(-shadeSide * bridge, tip - 0.1, 0.2),
  ]
  const flank: Point[] = [
    face.surface(shadeSide * bridge, eyes.y - 0.05, 0.06),
    face.surface(shadeSide * bridge * 1.2, tip - 0.14, 0.2),
    face.surface(shadeSide * width, tip, 0.06),
    face.surface(shadeSide * bridge * 2.2, tip - 0.12, 0.06),
  ]
  const base: Point[] = [
    face.surface(-width, tip - 0.05, 0.06),
    face.surface(-width * 0.95, tip + 0.02, 0.07),
    face.surface(-width * 0.4, tip + 0.025, 0.14),
    face.surface(0, tip + 0.05, 0.2),
    face.surface(width * 0.4, tip + 0.025, 0.14),
    face.surface(width * 0.95, tip + 0.02, 0.07),
    face.surface(width, tip - 0.05, 0.06),
  ]
  const nostrils = [-1, 1].map((side) =>
    ellipse(face.surface(side * width * 0.5, tip + 0.01, 0.12), 0.032, 0.02, {
      fill: css(darker(skin, 0.65)),
    }),
  )
  return [
    path(curve(flank), { fill: css(darker(skin, 0.22)), 'fill-opacity': 0.8 }),
    stroke(ridge, css(lighter(skin, 0.45)), 0.05, { 'stroke-opacity': 0.5 }),
    ellipse(face.surface(0, tip - 0.03, 0.2), width * 0.55, 0.06, {
      fill: css(mix(skin, [226, 110, 90], 0.2)),
    }),
    stroke(base, css(darker(skin, 0.42)), 0.035),
    ...nostrils,
  ].join('')
}

export function mouth(face: Face): string {
  const { mouth: shape, lips } = face.identity
  const { smile, open } = face.conditions.expression
  const width = shape.width * (1 + 0.16 * Math.max(0, smile) - 0.14 * open)
  const corner = shape.y - 0.075 * smile
  const gap = 0.14 * open
  const top = shape.y - 0.01
  const bottom = shape.y + gap
  const inner: Point[] = [
    face.surface(-width, corner),
    face.surface(0, top),
    face.surface(width, corner),
    face.surface(0, bottom),
  ]
  const upper: Point[] = [
    face.surface(-width, corner),
    face.surface(-width * 0.35, top - shape.upper * 1.15 - 0.02 * smile),
    face.surface(0, top - shape.upper * 0.85),
    face.surface(width * 0.35, top - shape.upper * 1.15 - 0.02 * smile),
    face.surface(width, corner),
    face.surface(0, top + 0.01),
  ]
  const lower: Point[] = [
    face.surface(-width, corner),
    face.surface(0, bottom),
    face.surface(width, corner),
    face.surface(width * 0.5, bottom + shape.lower - 0.03 * smile),
    face.surface(0, bottom + shape.lower * 1.15),
    face.surface(-width * 0.5, bottom + shape.lower - 0.03 * smile),
  ]
  const teeth = [
    face.surface(-width * 0.7, corner * 0.3 + top * 0.7),
    face.surface(width * 0.7, corner * 0.3 + top * 0.7),
    face.surface(0, top + gap * 0.5),
  ]
  return [
    open > 0 ? path(curve(inner), { fill: '#3c1014' }) + path(curve(teeth), { fill: '#f4eee6' }) : '',
    path(curve(lower), { fill: css(lips) }),
    path(curve(upper), { fill: css(darker(lips, 0.14)) }),
    open > 0
      ? ''
      : stroke(
          [face.surface(-width, corner), face.surface(0, shape.y), face.surface(width, corner)],
          css(darker(lips, 0.6)),
          0.028,
        ),
  ].join('')
}
