// SVG from points: smooth curves, polygons and ellipses, with coordinates to a thousandth of a head.

import type { Point } from './face.js'

export type Attributes = Record<string, string | number>

/** A smooth curve through all points (Catmull-Rom, written as cubic Bezier curves). */
export function curve(points: readonly Point[], closed = true): string {
  const count = points.length
  const point = (index: number): Point => {
    const wrapped = closed ? (index + count) % count : Math.min(count - 1, Math.max(0, index))
    return points[wrapped] ?? [0, 0]
  }
  let path = `M${pair(point(0))}`
  for (let i = 0; i < (closed ? count : count - 1); i++) {
    const [before, from, to, after] = [point(i - 1), point(i), point(i + 1), point(i + 2)]
    const leaving: Point = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6]
    const arriving: Point = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6]
    path += `C${pair(leaving)} ${pair(arriving)} ${pair(to)}`
  }
  return closed ? `${path}Z` : path
}

export function polygon(points: readonly Point[]): string {
  return `M${points.map(pair).join('L')}Z`
}

export function path(d: string, attributes: Attributes): string {
  return element('path', { d, ...attributes })
}

/** A line of one width with round ends. */
export function stroke(
  points: readonly Point[],
  colour: string,
  width: number,
  attributes: Attributes = {},
): string {
  return path(curve(points, false), {
    fill: 'none',
    stroke: colour,
    'stroke-width': width,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    ...attributes,
  })
}

export function ellipse(centre: Point, rx: number, ry: number, attributes: Attributes): string {
  return element('ellipse', { cx: centre[0], cy: centre[1], rx, ry, ...attributes })
}

export function element(name: string, attributes: Attributes, content?: string): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : value}"`)
    .join('')
  return content === undefined ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`
}

function pair(point: Point): string {
  return `${short(point[0])} ${short(point[1])}`
}

function short(value: number): string {
  return String(Math.round(value * 1000) / 1000)
}
