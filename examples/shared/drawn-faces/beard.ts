// Hair on cheeks, chin and upper lip; drawn before the mouth and clipped by the outline of the head.

import { css, darker, mix } from './colour.js'
import type { Face, Point } from './face.js'
import { curve, path } from './path.js'

type Pair = readonly [x: number, y: number]

export function beard(face: Face): string {
  const { beard: kind, hair, skin } = face.identity
  if (kind === 'none') return ''
  if (kind === 'stubble') {
    return path(curve(fullBeard(face)), { fill: css(mix(hair.colour, skin, 0.25)), 'fill-opacity': 0.45 })
  }
  const fill = { fill: css(darker(hair.colour, 0.12)) }
  if (kind === 'moustache') return path(curve(moustache(face)), fill)
  if (kind === 'goatee') return path(curve(goatee(face)), fill) + path(curve(moustache(face)), fill)
  return path(curve(kind === 'chinstrap' ? chinstrap(face) : fullBeard(face)), fill)
}

function moustache(face: Face): Point[] {
  const { mouth } = face.identity
  const top = aboveLip(face)
  const smile = 0.05 * face.conditions.expression.smile
  return mirrored(face, [
    [mouth.width + 0.08, mouth.y + 0.02 - smile],
    [mouth.width * 0.75, top + 0.03],
    [0.05, top],
    [0.05, mouth.y - 0.03],
    [mouth.width * 0.8, mouth.y - 0.02],
  ])
}

function goatee(face: Face): Point[] {
  const { mouth } = face.identity
  const chin = mirrored(face, [
    [0.1, mouth.y + 0.09],
    [mouth.width + 0.02, mouth.y + 0.02],
    [mouth.width * 0.9, 0.9],
  ])
  return [...chin, ...belowChin(face, 0.3)].sort(around(onSkin(face, 0, 0.85)))
}

function fullBeard(face: Face): Point[] {
  const { headWidth: w, mouth } = face.identity
  const top = aboveLip(face)
  const reach = mouth.width + 0.07
  return cheeks(face, w * 0.62, [
    [-reach, top + 0.06],
    [0, top + 0.02],
    [reach, top + 0.06],
  ])
}

function chinstrap(face: Face): Point[] {
  return cheeks(face, face.identity.headWidth * 0.8, [
    [-0.2, 0.88],
    [0.2, 0.88],
  ])
}

/** From ear to ear: `inner` is where the cheek begins, `middle` what it leaves free below. */
function cheeks(face: Face, inner: number, middle: readonly Pair[]): Point[] {
  const w = face.identity.headWidth
  return [
    face.rim(-w * 1.1, -0.1),
    onSkin(face, -w * 0.86, 0.02),
    onSkin(face, -inner, 0.5),
    ...middle.map(([x, y]) => onSkin(face, x, y)),
    onSkin(face, inner, 0.5),
    onSkin(face, w * 0.86, 0.02),
    face.rim(w * 1.1, -0.1),
    ...belowChin(face, w * 1.05),
  ]
}

function aboveLip({ identity: { eyes, nose } }: Face): number {
  return eyes.y + nose.length + 0.07
}

/** Past the outline of the head, which cuts it off. */
function belowChin(face: Face, reach: number): Point[] {
  return [face.rim(reach, 1.35, 0.3), face.rim(-reach, 1.35, 0.3)]
}

function onSkin(face: Face, x: number, y: number): Point {
  return face.surface(x, y, 0.02)
}

/** The points of the right half, and their mirror images before them. */
function mirrored(face: Face, half: readonly Pair[]): Point[] {
  const left = half.map(([x, y]) => onSkin(face, -x, y))
  return [...left, ...half.map(([x, y]) => onSkin(face, x, y)).reverse()]
}

/** Orders points by their angle about a centre, so that they bound a star-shaped patch. */
function around(centre: Point): (a: Point, b: Point) => number {
  const angle = (point: Point): number => Math.atan2(point[1] - centre[1], point[0] - centre[0])
  return (a, b) => angle(a) - angle(b)
}
