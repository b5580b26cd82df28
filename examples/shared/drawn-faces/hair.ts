// Hair before and behind the head, from the style's data.

import { css, darker, lighter } from './colour.js'
import type { Face, Point } from './face.js'
import { hairlinePoints } from './hairlines.js'
import { curve, ellipse, path, polygon, stroke } from './path.js'

/** What is seen beside and below the head: long hair, buns, a tail. */
export function hairBehind(face: Face): string {
  const { hair, headWidth: w } = face.identity
  const { style } = hair
  const fill = { fill: css(darker(hair.colour, 0.22)) }
  const parts: string[] = []
  if (style.extra === 'bun') parts.push(ellipse(face.rim(0, -1.22, -0.3), 0.34, 0.3, fill))
  if (style.extra === 'buns')
    for (const side of [-1, 1]) parts.push(ellipse(face.rim(side * w * 0.92, -0.98, -0.1), 0.27, 0.27, fill))
  if (style.extra === 'tail') {
    const side = hair.partOnLeft ? 1 : -1
    const tail: readonly Point[] = [
      [0.5, -0.4],
      [1.05, 0],
      [1.2, 0.7],
      [1, 1.35],
      [0.88, 0.7],
      [0.75, 0.1],
    ]
    parts.push(path(curve(tail.map(([x, y]) => face.rim(side * w * x, y, -0.2))), fill))
  }
  if (style.back !== null) {
    const [reach, end] = [w + style.sides, style.back]
    const right: readonly Point[] = [
      [reach * 0.8, -0.8],
      [reach, -0.2],
      [reach * 1.02, end * 0.5],
      [reach * 0.98, end * 0.9],
      [reach * 0.8, end],
    ]
    const outline = [...right, ...right.map(([x, y]): Point => [-x, y]).reverse()].map(([x, y]) =>
      face.rim(x, y, -0.12),
    )
    parts.push(path(curve(outline), fill))
    if (style.edge === 'curly') parts.push(...bumps(outline, 0.2, css(darker(hair.colour, 0.22))))
  }
  return parts.join('')
}

/** What lies over the crown, the forehead and the temples. */
export function hairBefore(face: Face): string {
  const { hair } = face.identity
  const { style } = hair
  const outer = outerEdge(face)
  const inner = hairline(face)
  const outline = [...outer, ...inner]
  const colour = css(hair.colour)
  const shape = style.line === 'horseshoe' ? tufts(face, colour) : path(curve(outline), { fill: colour })
  const parts = [shape]
  if (style.edge === 'curly')
    parts.push(...bumps(outer, 0.17, colour), ...bumps(inner.slice(1, -1), 0.09, colour))
  if (style.edge === 'spiky') parts.push(spikes(face, colour))
  if (style.line !== 'horseshoe') parts.push(shine(face))
  return parts.join('')
}

/** From the end of the hair on the left over the crown to its end on the right. */
function outerEdge(face: Face): Point[] {
  const { headWidth: w, hair } = face.identity
  const { sides, front, edge } = hair.style
  const top = edge === 'spiky' ? 0.06 : hair.style.top // the spikes stand on a short cap
  const lean =
    (hair.partOnLeft ? 1 : -1) * (hair.style.line === 'straight' || hair.style.line === 'sweep' ? 0.1 : 0)
  const reach = w + sides
  const wave = edge === 'wavy' ? 0.08 : 0
  const side: (readonly [number, number])[] = [
    [reach * 0.97, -0.45],
    [reach, 0],
  ]
  if (front > 0.4) side.push([reach + wave, front * 0.45], [reach - wave, front * 0.75])
  side.push([reach * 0.98, front])
  const right = side.map(([x, y]) => face.rim(x, y))
  const left = side.map(([x, y]) => face.rim(-x, y)).reverse()
  const crown: (readonly [number, number])[] = [
    [-0.62 * reach + lean, -0.92 - top * 0.75],
    [lean, -1.04 - top],
    [0.62 * reach + lean, -0.92 - top * 0.75],
  ]
  return [...left, ...crown.map(([x, y]) => face.rim(x, y, -0.05)), ...right]
}

/** Where the hair meets the skin, from right to left. */
function hairline(face: Face): Point[] {
  const { headWidth: w, hair } = face.identity
  const { style } = hair
  const line = hairlinePoints(style.line, hair.line)
  const points = hair.partOnLeft ? line : line.map(([x, y]): Point => [-x, y]).reverse()
  const ends: readonly Point[] =
    style.front > 0.4
      ? [
          [0.84, style.front * 0.85],
          [0.86, style.front * 0.4],
        ]
      : [[0.95, style.front]]
  return [
    ...ends.map(([x, y]) => face.rim(x * w, y, 0.05)),
    ...points.map(([x, y]) => face.surface(x * w, y, 0.02)),
    ...ends.map(([x, y]) => face.rim(-x * w, y, 0.05)).reverse(),
  ]
}

function tufts(face: Face, colour: string): string {
  const { headWidth: w, hair } = face.identity
  const reach = w + hair.style.sides
  return [-1, 1]
    .map((side) => {
      const tuft: readonly Point[] = [
        [0.9 * w, -0.55],
        [reach, -0.35],
        [reach * 1.02, 0],
        [reach * 0.97, 0.16],
        [0.9 * w, 0.02],
        [0.86 * w, -0.3],
      ]
      return path(curve(tuft.map(([x, y]) => face.rim(side * x, y, 0.03))), { fill: colour })
    })
    .join('')
}

function bumps(along: readonly Point[], radius: number, fill: string): string[] {
  return along.flatMap((point, i) => {
    const next = along[i + 1] ?? point
    const middle: Point = [(point[0] + next[0]) / 2, (point[1] + next[1]) / 2]
    return [ellipse(point, radius, radius, { fill }), ellipse(middle, radius * 0.9, radius * 0.9, { fill })]
  })
}

function spikes(face: Face, colour: string): string {
  const { headWidth: w, hair } = face.identity
  const points: Point[] = []
  for (let i = 0; i <= 12; i++) {
    const angle = Math.PI * (1.04 - (1.08 * i) / 12)
    const reach = i % 2 === 1 ? 1.1 + hair.style.top * 0.6 : 0.96
    points.push(face.rim(w * reach * 1.02 * Math.cos(angle), -0.35 - reach * 0.72 * Math.sin(angle), -0.02))
  }
  return path(polygon([...points, face.rim(w * 0.7, -0.6), face.rim(-w * 0.7, -0.6)]), { fill: colour })
}

function shine(face: Face): string {
  const { headWidth: w, hair } = face.identity
  const y = -0.94 - hair.style.top * 0.4
  const arc = [-0.5, -0.2, 0.15].map((x, i) =>
    face.rim((hair.partOnLeft ? x : -x) * w, y + (i === 1 ? -0.05 : 0.03)),
  )
  return stroke(arc, css(lighter(hair.colour, 0.4)), 0.07, { 'stroke-opacity': 0.5 })
}
