// Who a drawn person is: the features that stay the same on every photograph of that person.

import { type Colour, darker, mix } from './colour.js'
import { at, Draws } from './draws.js'
import { type HairStyle, hairStyles } from './hair-styles.js'
import { darkHairs, frames, irises, lightHairs, lipsticks, skins } from './palette.js'

/** Lengths are in head units: the head is about two units high, from -1 (crown) to 1 (chin). */
export interface Identity {
  skin: Colour
  lips: Colour
  headWidth: number // half, at the cheekbones
  jawWidth: number // half, as a share of headWidth
  chinWidth: number // half, as a share of headWidth
  chin: number // y of the chin
  ears: number // scale
  hair: { style: HairStyle; colour: Colour; line: number; partOnLeft: boolean }
  brows: { colour: Colour; thickness: number; arch: number; tilt: number; gap: number }
  eyes: { colour: Colour; width: number; height: number; spacing: number; tilt: number; y: number }
  nose: { length: number; width: number; bridge: number }
  mouth: { width: number; upper: number; lower: number; y: number }
  beard: (typeof beards)[number]
  glasses: { shape: (typeof glasses)[number]; colour: Colour }
  freckles: boolean
  mole: { x: number; y: number } | null
  age: number // 0 young .. 1 old
  earrings: boolean
}

const beards = ['none', 'full', 'stubble', 'goatee', 'moustache', 'chinstrap'] as const
const glasses = ['none', 'round', 'none', 'square', 'none', 'browline'] as const // half of all wear none

// Powers of the root of x^7 = x + 1: multiples of them fill six dimensions evenly, so that few identities look alike.
const steps = [1, 2, 3, 4, 5, 6].map((power) => 1.1127756842787055 ** -power)

/** The features of one person, a function of the seed and the person's number. */
export function identityOf(seed: number, number: number): Identity {
  const draws = new Draws(seed, 'identity', number)
  const spread = (dimension: number): number =>
    (new Draws(seed, 'offset').unit(String(dimension)) + number * (steps[dimension] ?? 0)) % 1
  const skinAt = spread(0)
  const skin = at(skins, skinAt)
  const build = spread(3) // below 0.5: long hair, softer features and no beard
  const soft = build < 0.5
  const hairColour = at(skinAt < 0.57 ? lightHairs : darkHairs, spread(1))
  const styles = hairStyles.filter(({ worn }) => worn === 'any' || worn === (soft ? 'long' : 'short'))
  const made = soft && draws.chance('made', 0.45)
  return {
    skin,
    lips: made ? draws.pick('lipstick', lipsticks) : mix(darker(skin, 0.18), [186, 70, 76], 0.42),
    ...headShape(draws, soft),
    hair: {
      style: at(styles, spread(2)),
      colour: hairColour,
      line: draws.between('hairline', 0.5, 0.68),
      partOnLeft: draws.chance('part', 0.5),
    },
    brows: { colour: darker(mix(hairColour, skin, 0.12), 0.3), ...browShape(draws, soft) },
    eyes: { colour: at(irises, draws.unit('iris') * (skinAt < 0.57 ? 1 : 0.3)), ...eyeShape(draws) },
    ...noseAndMouth(draws),
    beard: soft ? 'none' : at(beards, (build - 0.5) * 2),
    glasses: { shape: at(glasses, spread(4)), colour: draws.pick('frames', frames) },
    freckles: skinAt < 0.45 && draws.chance('freckles', 0.3),
    mole: draws.chance('mole', 0.25)
      ? { x: draws.around('moleX', 0.45), y: draws.between('moleY', 0.3, 0.75) }
      : null,
    age: draws.unit('age') ** 1.5,
    earrings: soft && draws.chance('earrings', 0.4),
  }
}

function headShape(draws: Draws, soft: boolean) {
  return {
    headWidth: draws.between('headWidth', 0.66, 0.84),
    jawWidth: draws.between('jawWidth', 0.74, 0.95) + (soft ? -0.05 : 0.02),
    chinWidth: draws.between('chinWidth', 0.26, 0.56),
    chin: draws.between('chin', 0.94, 1.14),
    ears: draws.between('ears', 0.8, 1.35),
  }
}

function browShape(draws: Draws, soft: boolean) {
  return {
    thickness: draws.between('browThickness', 0.045, 0.12) + (soft ? -0.015 : 0.015),
    arch: draws.between('browArch', 0, 0.1),
    tilt: draws.between('browTilt', -0.07, 0.02),
    gap: draws.between('browGap', 0.15, 0.24),
  }
}

function eyeShape(draws: Draws) {
  return {
    width: draws.between('eyeWidth', 0.135, 0.185),
    height: draws.between('eyeHeight', 0.075, 0.125),
    spacing: draws.between('eyeSpacing', 0.27, 0.37),
    tilt: draws.around('eyeTilt', 0.035),
    y: draws.between('eyeY', -0.14, -0.02),
  }
}

function noseAndMouth(draws: Draws) {
  return {
    nose: {
      length: draws.between('noseLength', 0.3, 0.46),
      width: draws.between('noseWidth', 0.1, 0.19),
      bridge: draws.between('noseBridge', 0.03, 0.07),
    },
    mouth: {
      width: draws.between('mouthWidth', 0.2, 0.34),
      upper: draws.between('upperLip', 0.025, 0.07),
      lower: draws.between('lowerLip', 0.04, 0.1),
      y: draws.between('mouthY', 0.54, 0.62),
    },
  }
}
