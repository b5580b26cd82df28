// What is around the face: the background, the clothes and the shade that the light leaves on the head.

import { css, darker, lighter, mix } from './colour.js'
import type { Conditions } from './conditions.js'
import { Draws } from './draws.js'
import type { Point } from './face.js'
import { curve, element, ellipse, path, polygon } from './path.js'

/** Fills the photograph, from -56 to 56 both ways. */
export function background(conditions: Conditions): string {
  const { kind, colours, seed } = conditions.background
  const [first = [0, 0, 0], second = first, third = first] = colours
  const draws = new Draws(seed, 'background')
  const angle = draws.between('angle', 0, 360)
  const wall =
    gradient('wall', angle, css(first), css(mix(first, second, 0.6))) +
    element('rect', { x: -56, y: -56, width: 112, height: 112, fill: 'url(#wall)' })
  const anywhere = (name: string): number => draws.between(name, -60, 60)
  if (kind === 'horizon') {
    const y = draws.between('y', -20, 30)
    return (
      wall +
      path(
        polygon([
          [-60, y],
          [60, y + draws.around('slope', 20)],
          [60, 60],
          [-60, 60],
        ]),
        { fill: css(second) },
      )
    )
  }
  if (kind === 'circles') {
    const spots = Array.from({ length: 7 }, (_, i) =>
      ellipse(
        [anywhere(`x${i}`), anywhere(`y${i}`)],
        draws.between(`r${i}`, 8, 26),
        draws.between(`r${i}`, 8, 26),
        {
          fill: css(i % 2 === 0 ? second : third),
          'fill-opacity': draws.between(`o${i}`, 0.3, 0.8),
        },
      ),
    )
    return wall + spots.join('')
  }
  if (kind === 'stripes') {
    const width = draws.between('width', 8, 24)
    const bars = Array.from({ length: 8 }, (_, i) =>
      element('rect', {
        x: -90 + i * width * 2,
        y: -90,
        width,
        height: 180,
        fill: css(i % 3 === 0 ? third : second),
        'fill-opacity': 0.7,
      }),
    )
    return wall + element('g', { transform: `rotate(${Math.round(angle)})` }, bars.join(''))
  }
  if (kind === 'window') {
    const [x, y] = [draws.between('x', -60, 20), draws.between('y', -60, 0)]
    const pane = { y, width: 22, height: 50, fill: css(lighter(third, 0.35)) }
    return wall + element('rect', { x, ...pane }) + element('rect', { x: x + 25, ...pane })
  }
  return wall
}

/** Shoulders and a collar, in head units below the neck. */
export function clothes(conditions: Conditions, headWidth: number): string {
  const { colour, collar } = conditions.clothes
  const half = headWidth * 0.52
  const shoulders: Point[] = [
    [-2.1, 3.2],
    [-1.75, 1.85],
    [-1.1, 1.55],
    [-half, 1.32],
    [0, 1.5],
    [half, 1.32],
    [1.1, 1.55],
    [1.75, 1.85],
    [2.1, 3.2],
  ]
  const shirt = path(curve(shoulders), { fill: css(colour) })
  if (collar === 'crew') {
    return (
      shirt +
      path(
        curve(
          [
            [-half - 0.05, 1.3],
            [0, 1.52],
            [half + 0.05, 1.3],
          ],
          false,
        ),
        { fill: 'none', stroke: css(darker(colour, 0.3)), 'stroke-width': 0.12 },
      )
    )
  }
  if (collar === 'v')
    return (
      shirt +
      path(
        polygon([
          [-half, 1.3],
          [0, 2],
          [half, 1.3],
          [half + 0.15, 1.4],
          [0, 2.25],
          [-half - 0.15, 1.4],
        ]),
        { fill: css(darker(colour, 0.35)) },
      )
    )
  const flap = { fill: css(lighter(colour, 0.55)), stroke: css(darker(colour, 0.4)), 'stroke-width': 0.02 }
  return (
    shirt +
    [-1, 1]
      .map((side) =>
        path(
          polygon([
            [side * (half + 0.08), 1.18],
            [0, 1.6],
            [side * 0.3, 1.95],
            [side * (half + 0.35), 1.5],
          ]),
          flap,
        ),
      )
      .join('')
  )
}

/** Laid over the head: bright towards the light, dark away from it. */
export function shade(conditions: Conditions, outline: string): string {
  const { angle, strength } = conditions.light
  const [x, y] = [Math.cos(angle), Math.sin(angle)]
  const stops =
    element('stop', { offset: 0, 'stop-color': '#000', 'stop-opacity': strength }) +
    element('stop', { offset: 0.55, 'stop-color': '#000', 'stop-opacity': 0 }) +
    element('stop', { offset: 0.6, 'stop-color': '#fff', 'stop-opacity': 0 }) +
    element('stop', { offset: 1, 'stop-color': '#fff', 'stop-opacity': strength * 0.5 })
  const ends = { x1: -x, y1: -y, x2: x, y2: y, gradientUnits: 'userSpaceOnUse' }
  return element('linearGradient', { id: 'shade', ...ends }, stops) + path(outline, { fill: 'url(#shade)' })
}

function gradient(id: string, angle: number, from: string, to: string): string {
  const stops =
    element('stop', { offset: 0, 'stop-color': from }) + element('stop', { offset: 1, 'stop-color': to })
  return element('linearGradient', { id, gradientTransform: `rotate(${Math.round(angle)} 0.5 0.5)` }, stops)
}
