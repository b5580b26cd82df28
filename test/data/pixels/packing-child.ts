// A process that packs photographs, to be killed or to compete: node --import tsx packing-child.ts <photographs> <cache>.
// Prints a line after each photograph that it decodes, and 'open' at the end.

import { FaceDataset } from '../../../lib/data/index.js'
import { onDisk, open } from './photographs.js'

const [photographs, cache] = process.argv.slice(2) as [string, string]
const faces = await FaceDataset.fromFolder(photographs)
let decoded = 0
const opened = await open([faces], onDisk(cache), {
  onProgress: ({ task, done }) => {
    if (task === 'Decoding photographs' && done > 0) console.log(`decoded ${++decoded}`)
  },
})
opened.close()
console.log('open')
