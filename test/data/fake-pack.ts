// Stands in for the native pack, so that the tests of packing need no addon.

import type { NativePixelPack } from '../../lib/native/index.js'

/** Keeps a corner pixel of each photograph; counts what is in flight. */
export class FakePack implements NativePixelPack {
  readonly records: (Uint8Array | undefined)[]
  readonly sizes: [height: number, width: number][] = []
  closed = false
  writing = 0
  mostWriting = 0
  refusal: unknown

  constructor(
    readonly count: number,
    readonly height: number,
    readonly width: number,
  ) {
    this.records = new Array(count)
  }

  static of({ count, height, width }: { count: number; height: number; width: number }): FakePack {
    return new FakePack(count, height, width)
  }

  /** "Resizes" by repeating the first pixel. */
  async write(index: number, pixels: Uint8Array, height: number, width: number): Promise<void> {
    if (this.closed) throw new Error('closed')
    if (pixels.length !== height * width * 3) throw new RangeError('pixels do not fit their size')
    this.mostWriting = Math.max(this.mostWriting, ++this.writing)
    await new Promise((resolve) => setImmediate(resolve))
    this.writing--
    if (this.refusal !== undefined) throw this.refusal
    this.sizes.push([height, width])
    const record = new Uint8Array(this.height * this.width * 3)
    for (let offset = 0; offset < record.length; offset++) record[offset] = pixels[offset % 3] as number
    this.records[index] = record
  }

  read(index: number): Uint8Array {
    return (this.records[index] as Uint8Array).slice()
  }

  close(): void {
    this.closed = true
  }
}
