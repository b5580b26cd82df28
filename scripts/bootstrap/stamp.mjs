// Content hashes that tell whether a step has to run again.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A hash of the contents of files and folders below `root`, and of plain strings given as { text }. */
export function hashOf(root, parts) {
  const hash = createHash('sha256')
  for (const part of parts) {
    if (typeof part === 'string') addPath(hash, root, part)
    else hash.update(`text\0${part.text}\0`)
  }
  return hash.digest('hex')
}

function addPath(hash, root, path) {
  const full = join(root, path)
  if (!existsSync(full)) {
    hash.update(`missing\0${path}\0`)
  } else if (statSync(full).isDirectory()) {
    for (const entry of readdirSync(full).sort()) addPath(hash, root, join(path, entry))
  } else {
    hash.update(`file\0${path}\0`).update(readFileSync(full)).update('\0')
  }
}

// Inside node_modules, so that the stamps go with the packages that the steps ran with.
function stampFile(root, step) {
  return join(root, 'node_modules', '.cache', 'facecls', step)
}

/** Whether this step last ended well with this hash. */
export function isCurrent(root, step, hash) {
  const file = stampFile(root, step)
  return existsSync(file) && readFileSync(file, 'utf8') === hash
}

export function stamp(root, step, hash) {
  const file = stampFile(root, step)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, hash)
}
