// PyTorch's zip format: one folder with data.pkl, which describes the tensors, and data/KEY, their values.

import type { RangeReader } from '../files/index.js'
import { refusalOf, shortened } from './refusal.js'
import type { Layout } from './tensor.js'
import { PICKLE_LIMIT, torchLayout } from './torch-layout.js'
import { torchNames } from './torch-objects.js'
import { unpickle } from './unpickle.js'
import { locateContent, readZipDirectory, type ZipEntry } from './zip-directory.js'

const BYTE_ORDER_LIMIT = 16

/** @throws TorchError WEIGHTS naming the file and what is wrong with it. */
export async function torchZipLayout(file: RangeReader): Promise<Layout> {
  const refuse = refusalOf(file.path)
  const { entries, folder, pickle } = await openArchive(file)
  const { value } = unpickle(pickle, torchNames(refuse), refuse)
  return torchLayout(file, 'torch-zip', value, async (key) => {
    const entry = entries.get(`${folder}data/${key}`)
    if (entry === undefined) throw refuse(`it lacks the storage ${shortened(key)} that a tensor of it names`)
    return { offset: await locateContent(file, entry), bytes: entry.size }
  })
}

interface Archive {
  readonly entries: ReadonlyMap<string, ZipEntry>
  /** The one that holds data.pkl, with a slash. */
  readonly folder: string
  readonly pickle: Uint8Array
}

/** An archive of PyTorch, before its pickle is looked at. */
export async function openArchive(file: RangeReader): Promise<Archive> {
  const entries = await readZipDirectory(file)
  const folder = folderOf(file, entries)
  await refuseBigEndian(file, entries.get(`${folder}byteorder`))
  const pickle = await content(file, entries.get(`${folder}data.pkl`) as ZipEntry, PICKLE_LIMIT)
  return { entries, folder, pickle }
}

function folderOf(file: RangeReader, entries: ReadonlyMap<string, ZipEntry>): string {
  const refuse = refusalOf(file.path)
  const folders = [...entries.keys()].flatMap((name) => /^([^/]*\/)data\.pkl$/.exec(name)?.[1] ?? [])
  const [folder] = folders
  if (folder === undefined)
    throw refuse('it is a zip archive without a data.pkl, so no file of PyTorch', 'Choose a file of weights')
  if (folders.length > 1) throw refuse(`it has ${folders.length} folders with a data.pkl`)
  if (!entries.has(`${folder}constants.pkl`)) return folder
  throw refuse(
    'it is a TorchScript program, and only a state_dict is read',
    "Save its weights in Python: torch.save(torch.jit.load('model.pt').state_dict(), 'weights.pt')",
  )
}

async function content(file: RangeReader, entry: ZipEntry, limit: number): Promise<Uint8Array> {
  const { name, size } = entry
  if (size > limit)
    throw refusalOf(file.path)(`its ${shortened(name)} of ${size} bytes is longer than ${limit}`)
  return file.read(await locateContent(file, entry), size)
}

async function refuseBigEndian(file: RangeReader, entry: ZipEntry | undefined): Promise<void> {
  if (entry === undefined) return // before PyTorch 2.1
  const order = Buffer.from(await content(file, entry, BYTE_ORDER_LIMIT)).toString('latin1')
  if (order !== 'little')
    throw refusalOf(file.path)(
      `its values are ${shortened(order)}-endian`,
      'Save it on a little-endian machine',
    )
}
