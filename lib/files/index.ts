// Every save, range read, cache and output folder goes through this room, so that it is right once.

export { appendLine } from './append.js'
export { type DownloadOptions, download, isOutOfReach, sha256Of } from './download.js'
export { attempt, fileError } from './file-error.js'
export { flush } from './flush.js'
export { cacheFolder, ensureFolder, freshFolder } from './folders.js'
export { RangeReader } from './range-reader.js'
export { flushFolder, isTemporary, saveDurably } from './save.js'
export { removeAtOnce, saveAtOnce } from './save-at-once.js'
export { escaped, listed, plain, quoted } from './shown.js'
export { inTemporaryFolder } from './temporary.js'
export { writeAt } from './write-at.js'
