// What the command is asked for.

import { parseArgs } from 'node:util'
import { FAMILIES, type Family } from './managers.js'

export const USAGE =
  'Usage: npm run -s install:check -- [--manager npm|pnpm|yarn] [--offline] [--tarballs FOLDER]\n' +
  '  --manager   one family of package managers; all by default\n' +
  '  --offline   only the installation without a network, with the platform package in place of setup\n' +
  '  --tarballs  a folder with the tarballs of npm pack and npm run pack:libtorch, which are made otherwise'

export interface Asked {
  readonly families: readonly Family[]
  readonly ways: readonly Way[]
  /** Null: the tarballs are made of this checkout. */
  readonly tarballs: string | null
}

/** With the registries and `setup`, or without a network and with the platform package. */
export type Way = 'online' | 'offline'

/** @throws TypeError for an unknown option, RangeError for an unknown manager. */
export function readArguments(args: string[]): Asked {
  const options = {
    manager: { type: 'string' },
    offline: { type: 'boolean', default: false },
    tarballs: { type: 'string' },
  } as const
  const { manager, offline, tarballs = null } = parseArgs({ args, options }).values
  const families = FAMILIES.filter((family) => manager === undefined || manager === family)
  if (families.length === 0)
    throw new RangeError(`Expected npm, pnpm or yarn for --manager but received ${JSON.stringify(manager)}`)
  return { families, ways: offline ? ['offline'] : ['online', 'offline'], tarballs }
}
