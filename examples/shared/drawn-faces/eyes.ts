// Eyes, brows and glasses.

import { type Colour, css, darker, lighter } from './colour.js'
import type { Face, Point } from './face.js'
import { curve, element, ellipse, path, polygon, stroke } from './path.js'

const sides = [-1, 1] as const

export function eyes(face: Face): string {
  return sides.map((side) => eye(face, side)).join('')
}

function eye(face: Face, side: -1 | 1): string {
  const { eyes: shape, skin } = face.identity
  const { lids, smile, gazeX, gazeY } = face.conditions.expression
  const open = 1 - lids
  const at = (x: number, y: number): Point =>
    face.surface(side * (shape.spacing + x * shape.width), shape.y + y * shape.height - x * shape.tilt)
  const upper = -1 * open + 0.15 * lids
  const lower = 0.8 - 0.35 * Math.max(0, smile) * 0.6
  const opening = [
    at(-1.05, 0.25),
    at(-0.5, upper * 0.8),
    at(0.15, upper),
    at(0.75, upper * 0.6),
    at(1.1, -0.05),
    at(0.5, lower * 0.8),
    at(-0.3, lower),
  ]
  const id = side < 0 ? 'left-eye' : 'right-eye'
  const iris = face.surface(
    side * shape.spacing + gazeX * shape.width * 0.4,
    shape.y + gazeY * shape.height * 0.3,
    0.02,
  )
  const radius = Math.min(shape.height * 1.05, shape.width * 0.62)
  const lid = [at(-1.05, 0.25), at(-0.5, upper * 0.8), at(0.15, upper), at(0.75, upper * 0.6), at(1.1, -0.05)]
  const fold = [at(-0.9, -0.5), at(0, -1.25), at(1.05, -0.6)]
  const outline = curve(opening)
  return (
    element('clipPath', { id }, path(outline, {})) +
    stroke(fold, css(darker(skin, 0.35)), 0.025) +
    path(outline, { fill: '#f6f2ee' }) +
    element(
      'g',
      { 'clip-path': `url(#${id})` },
      ellipse(iris, radius, radius, {
        fill: css(shape.colour),
        stroke: css(darker(shape.colour, 0.6)),
        'stroke-width': 0.02,
      }) +
        ellipse(iris, radius * 0.45, radius * 0.45, { fill: '#0e0a0c' }) +
        ellipse([iris[0] + radius * 0.3, iris[1] - radius * 0.35], radius * 0.22, radius * 0.22, {
          fill: '#ffffff',
        }),
    ) +
    stroke(lid, '#2a1a16', 0.04)
  )
}

export function brows(face: Face): string {
  const { brows: shape, eyes: eyeShape } = face.identity
  const lift = 0.07 * face.conditions.expression.brow
  const y = eyeShape.y - eyeShape.height - shape.gap + 0.06 - lift
  return sides
    .map((side) => {
      const at = (x: number, up: number): Point =>
        face.surface(side * (eyeShape.spacing + x), y - up - shape.tilt * (x / 0.2), 0.02)
      const thick = shape.thickness
      const outline = [
        at(-0.2, -thick * 0.5),
        at(-0.2, thick * 0.5),
        at(0.04, shape.arch + thick * 0.3),
        at(0.25, 0),
        at(0.04, shape.arch - thick * 0.8),
      ]
      return path(curve(outline), { fill: css(shape.colour) })
    })
    .join('')
}

export function glasses(face: Face): string {
  const { glasses: worn, eyes: eyeShape } = face.identity
  if (worn.shape === 'none') return ''
  const centre = eyeShape.y + 0.03
  const lift = 0.12 // the frame stands before the eyes
  const lenses = sides.map((side) => lens(face, side * eyeShape.spacing, centre, lift))
  const inner = eyeShape.spacing - 0.2
  const bridge = [
    face.surface(-inner, centre - 0.04, lift),
    face.surface(0, centre - 0.08, lift + 0.05),
    face.surface(inner, centre - 0.04, lift),
  ]
  const temples = sides.map((side) =>
    stroke(
      [
        face.surface(side * (eyeShape.spacing + 0.23), centre - 0.04, lift),
        face.rim(side * face.identity.headWidth, centre - 0.02),
      ],
      css(worn.colour),
      0.045,
    ),
  )
  return [...temples, ...lenses, stroke(bridge, css(worn.colour), 0.05)].join('')
}

function lens(face: Face, x: number, y: number, lift: number): string {
  const { shape, colour } = face.identity.glasses
  const at = (dx: number, dy: number): Point => face.surface(x + dx, y + dy, lift)
  const round = Array.from({ length: 8 }, (_, i) =>
    at(0.22 * Math.cos((i * Math.PI) / 4), 0.21 * Math.sin((i * Math.PI) / 4)),
  )
  const square = [at(-0.23, -0.15), at(0.23, -0.15), at(0.22, 0.17), at(-0.22, 0.17)]
  const outline = shape === 'round' ? curve(round) : polygon(square)
  const width = shape === 'square' ? 0.07 : 0.05
  const glass = path(outline, {
    fill: css(lighter(colour as Colour, 0.75)),
    'fill-opacity': 0.18,
    stroke: css(colour),
    'stroke-width': shape === 'browline' ? 0.025 : width,
    'stroke-linejoin': 'round',
  })
  return shape === 'browline'
    ? glass + stroke([at(-0.24, -0.14), at(0, -0.17), at(0.24, -0.14)], css(colour), 0.1)
    : glass
}
