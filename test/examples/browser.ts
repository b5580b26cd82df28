// A headless Chromium, where this machine has one.

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** FACECLS_CHROMIUM names one that is not on the PATH. */
const program = process.env.FACECLS_CHROMIUM ?? onPath()

/** Why the web page is not tested, or null where it is. Printed, so that nobody overlooks it. */
export const noBrowser = program === undefined ? 'no chromium on the PATH: apt-get install chromium' : null
if (noBrowser !== null) console.log(`The tests of the web page do not run: ${noBrowser}`)

export function openBrowser(): Promise<Browser> {
  // Chromium's sandbox refuses root, as which CI and containers run; the page is our own.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: program as string, args })
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
