// What a path may lead to besides a file: folders, pipes, sockets, devices, dead ends; and files of odd sizes.

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, relative } from 'node:path'
import type { Expected, Input } from './input.js'

const KIND = 'file system'
const isRoot = process.getuid?.() === 0
const isLinux = process.platform === 'linux'

function oddity(
  what: string,
  place: Input['place'],
  expected: Expected = 'refused',
  skipped?: string,
): Input {
  return { kind: KIND, what, expected, place, ...(skipped !== undefined && { skipped }) }
}

const linked = (target: string) => (folder: string) => {
  const path = join(folder, 'link.jpg')
  symlinkSync(target, path)
  return path
}

/** A socket's path may have 107 bytes. */
async function listened(folder: string, cleanUps: (() => void)[]): Promise<string> {
  const path = join(folder, 's.jpg')
  const server = createServer().unref()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(
      relative(process.cwd(), path).length < path.length ? relative(process.cwd(), path) : path,
      resolve,
    )
  })
  cleanUps.push(() => server.close())
  return path
}

const SPARSE = 'takes no room on the disk'

/** @param photograph a JPEG that decodes */
export function oddityInputs(photograph: Buffer): Input[] {
  const written = (folder: string, name: string, bytes: Uint8Array = photograph) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return path
  }
  const sparse = (beginning: Uint8Array, size: number) => (folder: string) => {
    const path = written(folder, 'sparse.jpg', beginning)
    truncateSync(path, size)
    return path
  }
  const nothing = Buffer.alloc(0)
  const beginning = Buffer.from([0xff, 0xd8, 0xff])
  const whyNoLinux = isLinux ? undefined : 'only Linux has this file'
  return [
    oddity('a path that leads nowhere', (folder) => join(folder, 'missing.jpg')),
    oddity('a folder', (folder) => {
      mkdirSync(join(folder, 'folder.jpg'))
      return join(folder, 'folder.jpg')
    }),
    oddity('a path through a file', (folder) => join(written(folder, 'file.jpg'), 'below.jpg')),
    oddity('a file with a slash behind it', (folder) => `${written(folder, 'file.jpg')}/`),
    oddity('a pipe', (folder) => {
      execFileSync('mkfifo', [join(folder, 'pipe.jpg')])
      return join(folder, 'pipe.jpg')
    }),
    oddity('a socket', listened),
    ...['/dev/zero', '/dev/full', '/dev/null', '/dev/random', '/dev/tty', '/dev/stdin'].map((device) =>
      oddity(`a link to ${device}`, linked(device)),
    ),
    oddity('a link that leads nowhere', linked('nowhere.jpg')),
    oddity('a link to itself', linked('link.jpg')),
    oddity('a link to its folder', linked('.')),
    oddity(
      'a link to a photograph',
      (folder) => {
        written(folder, 'file.jpg')
        return linked('file.jpg')(folder)
      },
      'decoded',
    ),
    oddity('two links in a circle', (folder) => {
      symlinkSync('link.jpg', join(folder, 'other.jpg'))
      return linked('other.jpg')(folder)
    }),
    oddity('a file without end', linked('/proc/self/pagemap'), 'refused', whyNoLinux),
    oddity('a file of the size of all memory', linked('/proc/kcore'), 'refused', whyNoLinux),
    oddity('a file that says it is empty', linked('/proc/self/maps'), 'refused', whyNoLinux),
    oddity('a file that cannot be read', linked('/proc/self/mem'), 'refused', whyNoLinux),
    oddity(`2 GB of zeros that ${SPARSE}`, sparse(nothing, 2e9)),
    oddity(`3 GB of zeros that ${SPARSE}`, sparse(nothing, 3 * 2 ** 30)),
    oddity(`1 TB of zeros that ${SPARSE}`, sparse(nothing, 2 ** 40)),
    oddity(`a JPEG's beginning before 100 MB of zeros that ${SPARSE}`, sparse(beginning, 1e8)),
    oddity(`a JPEG's beginning before 2 GB of zeros that ${SPARSE}`, sparse(beginning, 2e9)),
    oddity(`a JPEG's beginning before 1 TB of zeros that ${SPARSE}`, sparse(beginning, 2 ** 40)),
    oddity(
      'a file without permissions',
      (folder) => {
        const path = written(folder, 'locked.jpg')
        chmodSync(path, 0)
        return path
      },
      'refused',
      isRoot ? 'root reads files without permissions' : undefined,
    ),
  ]
}
