import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../files/temporary-folder.js'
import { emptyEnvironment } from './environment.js'

test('nothing of this checkout or its caches is passed on, but what reaches the registry is', () => {
  const home = temporaryFolder()
  const env = emptyEnvironment(home, {
    PATH: '/usr/bin',
    LIBTORCH: '/opt/torch',
    FACECLS_CACHE: '/cache',
    FACECLS_PACKS: '/packs',
    XDG_CACHE_HOME: '/cache',
    NODE_OPTIONS: '--import tsx',
    npm_config_ignore_scripts: 'false',
    npm_package_name: '@facecls/torch',
    npm_config_registry: 'http://mirror',
    HTTPS_PROXY: 'http://proxy',
  })
  expect(env).toEqual({
    PATH: '/usr/bin',
    npm_config_registry: 'http://mirror',
    HTTPS_PROXY: 'http://proxy',
    FACECLS_CACHE: join(home, 'facecls'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
  })
  expect(existsSync(join(home, 'facecls'))).toBe(true)
  expect(readdirSync(join(home, 'facecls'))).toEqual([])
})
