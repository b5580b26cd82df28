// Unpacks what a C++ program needs of a LibTorch archive or a PyTorch wheel: four libraries and the headers.

import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Writable } from 'node:stream'
import { SetupError } from './terminal.mjs'
import { openZip } from './zip.mjs'

// An archive's top folder is libtorch, a wheel's torch. Static and Python libraries are left out.
const NEEDED =
  /^(?:libtorch|torch)\/(lib\/(?:libtorch|libtorch_cpu|libc10|libgomp[-.\w]*)\.so[.\d]*|include\/.+[^/])$/

/** Where an entry goes below the torch folder, or null if it is not needed. */
export function placeOf(name) {
  const place = NEEDED.exec(name)?.[1] ?? null
  return place?.split('/').includes('..') ? null : place
}

export async function unpackLibTorch(file, folder, step) {
  const zip = await openZip(file).catch((error) => {
    throw new SetupError(`${error.message}. Run the same command again.`)
  })
  try {
    const wanted = zip.entries
      .map((entry) => ({ entry, place: placeOf(entry.name) }))
      .filter(({ place }) => place)
    const folders = new Set(wanted.map(({ place }) => dirname(join(folder, place))))
    for (const each of folders) await mkdir(each, { recursive: true })
    let done = 0
    for (const { entry, place } of wanted) {
      const target = join(folder, place)
      await zip.extract(entry, createWriteStream(target))
      step.progress(`unpacking ${++done} of ${wanted.length} files`)
    }
  } finally {
    await zip.close()
  }
}

/** The text of one small entry, or null where there is none of that name. */
export async function readEntry(file, name) {
  const zip = await openZip(file)
  try {
    const entry = zip.entries.find((candidate) => candidate.name === name)
    if (entry === undefined) return null
    const chunks = []
    const sink = new Writable({ write: (chunk, _encoding, done) => done(void chunks.push(chunk)) })
    await zip.extract(entry, sink)
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    await zip.close()
  }
}
