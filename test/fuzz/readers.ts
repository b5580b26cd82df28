// The readers under test, and the step of each that tells whether an input is more than noise to it.

import { RangeReader } from '../../lib/files/index.js'
import { readHeader } from '../../lib/weights/safetensors-header.js'
import { readPreamble } from '../../lib/weights/torch-legacy.js'
import { openArchive } from '../../lib/weights/torch-zip.js'

export const READERS = ['safetensors', 'zip', 'legacy'] as const
export type ReaderName = (typeof READERS)[number]

const HEADER: Readonly<Record<ReaderName, (file: RangeReader) => Promise<unknown>>> = {
  safetensors: readHeader,
  zip: openArchive,
  legacy: readPreamble,
}

/** Whether a reader gets past the header of a file. */
export async function passesHeader(reader: ReaderName, path: string): Promise<boolean> {
  const file = await RangeReader.open(path)
  try {
    await HEADER[reader](file)
    return true
  } catch {
    return false // why is the judge's matter, who reads the whole file
  } finally {
    await file.close()
  }
}
