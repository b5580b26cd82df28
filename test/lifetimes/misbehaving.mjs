// @ts-check
// A process that ends as its argument says, for the tests of the watch.

import { tell } from './tell.mjs'

const [behaviour] = process.argv.slice(2)

if (behaviour === 'silence') setInterval(() => {}, 1000)
else tell({ ending: 'the process' })
if (behaviour === 'hang') setInterval(() => {}, 1000)
if (behaviour === 'code') process.exit(3)
if (behaviour === 'crash') process.kill(process.pid, 'SIGSEGV')
if (behaviour === 'words') console.error('a word')
if (behaviour === 'throw') throw new Error('thrown on purpose')
