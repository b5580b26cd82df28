// Turns an SVG into a PNG with a font of our own: on a machine without fonts the text would vanish.

import { createRequire } from 'node:module'

const OWN_FONT = 'PT Sans'
/** For pictures that a browser shows, which may lack our font. */
export const FONT_FAMILY = `${OWN_FONT}, Helvetica, Arial, sans-serif`
/** PT Sans by ParaType, SIL Open Font License 1.1: Latin and Cyrillic. */
const FONT_FILES = ['400Regular/PTSans_400Regular.ttf', '700Bold/PTSans_700Bold.ttf']
/** So that the lines of a chart stay sharp on any screen. */
const PIXELS_A_UNIT = 2

/**
 * The system's fonts are left alone, so that the same picture comes out everywhere. Drawn off the main
 * thread.
 *
 * @param zoom Pixels for each unit of the SVG. Defaults to 2.
 */
export async function renderPng(svg: string, zoom = PIXELS_A_UNIT): Promise<Buffer> {
  const { renderAsync } = await import('@resvg/resvg-js')
  const { resolve } = createRequire(import.meta.url)
  const image = await renderAsync(svg, {
    font: {
      loadSystemFonts: false,
      fontFiles: FONT_FILES.map((file) => resolve(`@expo-google-fonts/pt-sans/${file}`)),
      defaultFontFamily: OWN_FONT,
    },
    fitTo: { mode: 'zoom', value: zoom },
  })
  return image.asPng()
}

/** Pixels of a PNG: they stand at the same place of every one. */
export function pngSize(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}
