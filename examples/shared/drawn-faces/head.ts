// The head itself: neck, ears, outline, modelling of the skin, and the marks that stay on it.

import { css, darker, lighter, mix } from './colour.js'
import { Draws } from './draws.js'
import type { Face, Point } from './face.js'
import { curve, ellipse, path, polygon, stroke } from './path.js'

/** The outline of crown, cheeks, jaw and chin. */
export function headOutline(face: Face): string {
  const { headWidth: w, jawWidth, chinWidth, chin } = face.identity
  const drop = 0.12 * face.conditions.expression.open // an open mouth lowers the chin
  const half: readonly (readonly [number, number, number])[] = [
    [0.5 * w, -0.95, 0],
    [0.9 * w, -0.6, 0],
    [w, -0.1, 0],
    [0.97 * w, 0.25, 0.06],
    [jawWidth * w, 0.56 + drop * 0.5, 0.12],
    [((jawWidth + chinWidth) / 2) * w, 0.82 + drop, 0.24],
    [chinWidth * w, chin - 0.06 + drop, 0.34],
  ]
  const right = half.map(([x, y, depth]) => face.rim(x, y, depth))
  const left = half.map(([x, y, depth]) => face.rim(-x, y, depth)).reverse()
  return curve([face.rim(0, -1.02), ...right, face.rim(0, chin + drop, 0.38), ...left])
}

export function neck(face: Face): string {
  const { skin, headWidth } = face.identity
  const half = headWidth * 0.52
  const sides: Point[] = [
    face.rim(half, 0.3),
    [half, 1.3],
    [half + 0.25, 1.9],
    [-half - 0.25, 1.9],
    [-half, 1.3],
  ]
  const shadow: Point[] = [face.rim(half, 0.5), [half, 1.15], [0, 1.32], [-half, 1.15], face.rim(-half, 0.5)]
  return (
    path(polygon([...sides, face.rim(-half, 0.3)]), { fill: css(darker(skin, 0.08)) }) +
    path(curve(shadow), { fill: css(darker(skin, 0.32)) })
  )
}

/** A turn hides the far ear behind the head and shows more of the near one. */
export function ears(face: Face): string {
  const { skin, headWidth, ears: size, earrings } = face.identity
  const turn = 0.16 * Math.sin(face.conditions.pose.yaw)
  return [-1, 1]
    .map((side) => {
      const centre = face.rim(side * (headWidth + 0.02) - turn, 0.06)
      const ear =
        ellipse(centre, 0.12 * size, 0.2 * size, { fill: css(darker(skin, 0.06)) }) +
        ellipse(centre, 0.06 * size, 0.12 * size, { fill: css(darker(skin, 0.25)) })
      const lobe: Point = [centre[0], centre[1] + 0.24 * size]
      return earrings
        ? ear + ellipse(lobe, 0.05, 0.06, { fill: '#e8c860', stroke: '#7a5a18', 'stroke-width': 0.015 })
        : ear
    })
    .join('')
}

/** Cheeks, eye sockets and the shade below the lower lip: soft patches of darker and lighter skin. */
export function modelling(face: Face): string {
  const { skin, eyes, mouth } = face.identity
  const soft = { 'fill-opacity': 0.35 }
  return [-1, 1]
    .map(
      (side) =>
        ellipse(face.surface(side * 0.4, 0.3), 0.17, 0.13, {
          fill: css(mix(skin, [224, 90, 80], 0.35)),
          ...soft,
        }) +
        ellipse(face.surface(side * eyes.spacing, eyes.y), 0.22, 0.16, {
          fill: css(darker(skin, 0.3)),
          ...soft,
        }),
    )
    .concat(
      ellipse(face.surface(0, mouth.y + 0.17), 0.13, 0.035, { fill: css(darker(skin, 0.4)), ...soft }),
      ellipse(face.surface(0, -0.5), 0.3, 0.14, { fill: css(lighter(skin, 0.16)), ...soft }),
    )
    .join('')
}

/** Freckles, a mole, and the lines of age. */
export function marks(face: Face): string {
  const { skin, freckles, mole, age, nose, mouth, eyes } = face.identity
  const parts: string[] = []
  if (freckles) {
    const draws = new Draws('freckles') // the same pattern on everyone who has freckles
    for (let i = 0; i < 22; i++) {
      const x = draws.around(`x${i}`, 0.58)
      const at = face.surface(x, draws.between(`y${i}`, 0.05, 0.36))
      parts.push(ellipse(at, 0.022, 0.02, { fill: css(mix(skin, [150, 74, 30], 0.65)) }))
    }
  }
  if (mole)
    parts.push(ellipse(face.surface(mole.x, mole.y, 0.02), 0.038, 0.038, { fill: css(darker(skin, 0.78)) }))
  const line = css(darker(skin, 0.45))
  const opacity = { 'stroke-opacity': Math.min(1, age * 1.3) }
  if (age > 0.3) {
    const smile = face.conditions.expression.smile * 0.04
    for (const side of [-1, 1]) {
      const fold: Point[] = [
        face.surface(side * (nose.width + 0.05), eyes.y + nose.length - 0.02),
        face.surface(side * (mouth.width + 0.06 + smile), mouth.y - 0.08),
        face.surface(side * (mouth.width + 0.07 + smile), mouth.y + 0.08),
      ]
      parts.push(stroke(fold, line, 0.03, opacity))
      const bag = [0.12, 0, -0.12].map((x, i) =>
        face.surface(side * (eyes.spacing + x), eyes.y + 0.15 + (i === 1 ? 0.04 : 0)),
      )
      parts.push(stroke(bag, line, 0.025, opacity))
    }
  }
  if (age > 0.5) {
    for (const y of [-0.56, -0.46]) {
      parts.push(
        stroke(
          [face.surface(-0.3, y), face.surface(0, y - 0.03), face.surface(0.3, y)],
          line,
          0.025,
          opacity,
        ),
      )
    }
  }
  return parts.join('')
}
