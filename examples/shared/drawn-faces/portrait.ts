// One photograph as SVG: a pure function of (seed, identity, photograph).

import { beard } from './beard.js'
import { css } from './colour.js'
import { conditionsOf } from './conditions.js'
import { brows, eyes, glasses } from './eyes.js'
import { poseFace } from './face.js'
import { hairBefore, hairBehind } from './hair.js'
import { ears, headOutline, marks, modelling, neck } from './head.js'
import { identityOf } from './identity.js'
import { mouth, nose } from './mouth.js'
import { element, path } from './path.js'
import { background, clothes, shade } from './scene.js'

/** Pixels a side. */
export const portraitSize = 112

export function drawPortrait(seed: number, identity: number, photograph: number): string {
  const conditions = conditionsOf(seed, identity, photograph)
  const face = poseFace(identityOf(seed, identity), conditions)
  const { scale, x, y } = conditions.framing
  const outline = headOutline(face)
  const onSkin = modelling(face) + marks(face) + beard(face) + mouth(face) + eyes(face) + brows(face)
  const head = [
    ears(face),
    path(outline, { fill: css(face.identity.skin) }),
    element('clipPath', { id: 'head' }, path(outline, {})),
    element('g', { 'clip-path': 'url(#head)' }, onSkin),
    nose(face),
    shade(conditions, outline),
    hairBefore(face),
    glasses(face),
  ].join('')
  const degrees = (conditions.pose.roll * 180) / Math.PI
  const tilted = (content: string): string =>
    element('g', { transform: `rotate(${degrees.toFixed(2)} 0 0.9)` }, content)
  const person =
    tilted(hairBehind(face)) + neck(face) + clothes(conditions, face.identity.headWidth) + tilted(head)
  const placed = element(
    'g',
    { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${scale.toFixed(3)})` },
    person,
  )
  const frame = {
    xmlns: 'http://www.w3.org/2000/svg',
    width: portraitSize,
    height: portraitSize,
    viewBox: '-56 -56 112 112',
  }
  return element('svg', frame, background(conditions) + placed)
}
