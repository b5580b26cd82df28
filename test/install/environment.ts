// The environment of a machine that has nothing: no LibTorch, no cache, no setting of this repository.

import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** What npm run and this repository put into an environment, and what would provide a LibTorch. */
const OURS = /^(?:LIBTORCH$|FACECLS_|NODE_OPTIONS$|NODE_PATH$|INIT_CWD$|npm_|YARN_|PNPM_|XDG_)/

/** Where a user has put the registry and its certificates, these stay: some networks have a mirror alone. */
const KEPT = /^npm_config_(?:registry|cafile|proxy|https_proxy|noproxy)$/i

/**
 * @param home An empty folder, in which caches are made.
 * @param from Defaults to the environment of this process.
 */
export function emptyEnvironment(home: string, from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(from).filter(([name]) => !OURS.test(name) || KEPT.test(name))
  const folders = {
    FACECLS_CACHE: join(home, 'facecls'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
  }
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true })
  return { ...Object.fromEntries(kept), ...folders }
}

/** The registry that npm uses here, which the others are told. */
export function registryOf(env: NodeJS.ProcessEnv): string {
  const { stdout } = spawnSync('npm', ['config', 'get', 'registry'], { env, encoding: 'utf8' })
  return stdout.trim()
}

/** How a command is kept from every network. */
export interface Isolation {
  /** In words, for the table. */
  readonly how: string
  /** The words before the command. */
  readonly before: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** A network namespace of its own where the system grants one, else a proxy that nobody listens at. */
export function withoutNetwork(): Isolation {
  const before = ['unshare', '--map-root-user', '--net']
  const { status, stderr, error } = spawnSync(before[0] as string, [...before.slice(1), 'true'], {
    encoding: 'utf8',
  })
  if (status === 0) return { how: 'none (namespace)', before, env: {} }
  const nobody = 'http://127.0.0.1:9'
  console.log(
    `No network namespace is to be had (${(error?.message ?? stderr).trim()}): a closed proxy instead`,
  )
  const env = { HTTPS_PROXY: nobody, HTTP_PROXY: nobody, NO_PROXY: '', npm_config_registry: nobody }
  return { how: 'closed proxy', before: [], env }
}
