// The process that load.ts starts.

import { MARK, probe } from './probe.js'

process.stdout.write(`${MARK}${JSON.stringify(probe())}\n`)
