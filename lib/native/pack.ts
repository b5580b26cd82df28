// The part of the native surface that holds decoded photographs, and the lock that one process at a time writes them under.

export interface PackSpec {
  count: number
  height: number
  width: number
  /** Where the records lie in a file, one after another from `offset` on, a multiple of 4096; null: in memory. */
  file: { path: string; offset: number; writable: boolean } | null
}

/** A lock between processes; it ends with release(), the environment or the process. */
export interface NativeLock {
  release(): void
}

/** After close(), calls reject with code CLOSED. Handles are freed by close() or with their environment. */
export interface NativePixelPack {
  readonly count: number
  readonly height: number
  readonly width: number
  /**
   * Resizes height x width x 3 bytes to the pack's size (antialiased triangle filter) into record `index`; resolves with
   * the record's CRC-32C.
   */
  write(index: number, pixels: Uint8Array, height: number, width: number): Promise<number>
  /**
   * As write; the bytes are given away and freed at once, where they are all of their buffer. Waiting for the garbage
   * collector instead hurries it: at thousands of photographs a second it took a quarter of the processor.
   */
  take(index: number, pixels: Uint8Array, height: number, width: number): Promise<number>
  /** CRC-32C of `count` records from `first` on, as they are. */
  checksums(first: number, count: number): Promise<Uint32Array>
  /** A copy of one record: height x width x 3 bytes. */
  read(index: number): Uint8Array
  close(): void
}
