// A cache of decoded photographs for each of the processes that test side by side: some tests look at what is in it.

import { join } from 'node:path'

process.env.FACECLS_PACKS = join(process.env.FACECLS_PACKS as string, process.env.VITEST_POOL_ID as string)
