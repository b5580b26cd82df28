// Writes GIF files of frames that lie anywhere.

const u16 = (value: number) => Buffer.from([value & 255, value >> 8])

/** One pixel as LZW has it: clear, the colour, end. */
const PIXEL = Buffer.from([2, 2, 0x44, 1, 0])

interface Frame {
  readonly left?: number
  readonly top?: number
  readonly width?: number
  readonly height?: number
  readonly data?: Buffer
}

export function frame({ left = 0, top = 0, width = 1, height = 1, data = PIXEL }: Frame = {}): Buffer {
  return Buffer.concat([
    Buffer.from([0x2c]),
    u16(left),
    u16(top),
    u16(width),
    u16(height),
    Buffer.from([0]),
    data,
  ])
}

export function gif(width: number, height: number, ...blocks: Buffer[]): Buffer {
  const head = Buffer.concat([Buffer.from('GIF89a'), u16(width), u16(height), Buffer.from([0x80, 0, 0])])
  return Buffer.concat([head, Buffer.from([0, 0, 0, 255, 255, 255]), ...blocks, Buffer.from([0x3b])])
}
