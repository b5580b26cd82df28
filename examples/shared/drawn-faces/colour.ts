// Colours as [red, green, blue] in 0..255, mixed and written for SVG.

export type Colour = readonly [number, number, number]

/** `amount` 0 gives a, 1 gives b. */
export function mix(a: Colour, b: Colour, amount: number): Colour {
  return [a[0] + (b[0] - a[0]) * amount, a[1] + (b[1] - a[1]) * amount, a[2] + (b[2] - a[2]) * amount]
}

export function darker(colour: Colour, amount: number): Colour {
  return mix(colour, [20, 10, 12], amount)
}

export function lighter(colour: Colour, amount: number): Colour {
  return mix(colour, [255, 250, 240], amount)
}

/** Hue in degrees; saturation and lightness in [0, 1]. */
export function fromHsl(hue: number, saturation: number, lightness: number): Colour {
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12
    const swing = saturation * Math.min(lightness, 1 - lightness)
    return 255 * (lightness - swing * Math.max(-1, Math.min(k - 3, 9 - k, 1)))
  }
  return [channel(0), channel(8), channel(4)]
}

export function css(colour: Colour): string {
  return `#${colour
    .map((value) =>
      Math.round(Math.min(255, Math.max(0, value)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}
