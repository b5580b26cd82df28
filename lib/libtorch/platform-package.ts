// The npm package that brings the libraries of a LibTorch, where a project has installed it.

import { createRequire } from 'node:module'
import { dirname } from 'node:path'

/**
 * `npm run pack:libtorch` makes it. It is an optional peer of this package: every layout of node_modules lets a package
 * resolve its peers, and none installs an optional one that the project did not ask for.
 */
export const PLATFORM_PACKAGE = '@facecls/libtorch-linux-x64-cpu'

/**
 * The folder of the installed package, or null.
 *
 * @param from The file or address that Node.js begins to look from. Defaults to this package's own place.
 */
export function platformPackageFolder(from: string = import.meta.url): string | null {
  try {
    return dirname(createRequire(from).resolve(`${PLATFORM_PACKAGE}/package.json`))
  } catch {
    return null
  }
}
