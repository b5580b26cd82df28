// Files of other kinds under the names of photographs, and strangers behind a photograph's first bytes.

import { fileInput, type Input } from './input.js'

const text = (value: string) => Buffer.from(value, 'latin1')
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999"><image href="/etc/passwd"/></svg>'

const strangers: Readonly<Record<string, Buffer>> = {
  HTML: text('<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>'),
  PDF: text('%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF'),
  ZIP: Buffer.concat([text('PK\x03\x04\x14\0\0\0\0\0'), Buffer.alloc(400)]),
  SVG: text(SVG),
  'SVG with a declaration': text(
    `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${SVG}`,
  ),
  'shell script': text('#!/bin/sh\necho hacked > /tmp/hacked\n'),
  ELF: Buffer.concat([text('\x7fELF\x02\x01\x01'), Buffer.alloc(900)]),
  MP4: Buffer.concat([text('\0\0\0\x18ftypisom\0\0\x02\0isomiso2'), Buffer.alloc(900)]),
  HEIC: Buffer.concat([text('\0\0\0\x18ftypheic\0\0\0\0heicmif1'), Buffer.alloc(900)]),
  'JPEG XL': Buffer.concat([text('\xff\x0a'), Buffer.alloc(900, 7)]),
  'JPEG 2000': Buffer.concat([text('\0\0\0\x0cjP  \r\n\x87\n'), Buffer.alloc(900)]),
  BMP: Buffer.concat([text('BM'), Buffer.alloc(900)]),
  PSD: Buffer.concat([text('8BPS\0\x01'), Buffer.alloc(900)]),
  ICO: Buffer.concat([text('\0\0\x01\0\x01\0\x10\x10'), Buffer.alloc(900)]),
  'Radiance HDR': text('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n\0\0\0\0'),
  'libvips image': Buffer.concat([Buffer.from([0x08, 0xf2, 0xa6, 0xb6]), Buffer.alloc(900)]),
  PPM: text('P6 1000000 1000000 255\n'),
  FITS: text('SIMPLE  =                    T'.padEnd(2880)),
  WAV: Buffer.concat([text('RIFF\x24\0\0\0WAVEfmt '), Buffer.alloc(900)]),
  nothing: Buffer.alloc(0),
  'one byte': Buffer.from([0xff]),
  'zeros of 64 MB': Buffer.alloc(2 ** 26),
}

/** What each format begins with, so that a stranger behind it reaches its decoder. */
const beginnings: readonly (readonly [extension: string, bytes: Buffer])[] = [
  ['.jpg', text('\xff\xd8\xff')],
  ['.png', text('\x89PNG\r\n\x1a\n')],
  ['.webp', text('RIFF\xff\0\0\0WEBP')],
  ['.tif', text('II*\0')],
  ['.tiff', text('MM\0*')],
  ['.gif', text('GIF89a')],
  ['.avif', text('\0\0\0\x18ftypavif\0\0\0\0avifmif1')],
]

export function strangerInputs(): Input[] {
  return Object.entries(strangers).flatMap(([what, bytes]) => [
    ...beginnings.map(([extension]) =>
      fileInput('strangers', `${what} as ${extension}`, `x${extension}`, 'refused', () => bytes),
    ),
    ...beginnings.map(([extension, beginning]) =>
      fileInput(
        'strangers behind a beginning',
        `${what} behind that of ${extension}`,
        `x${extension}`,
        'refused',
        () => Buffer.concat([beginning, bytes]),
      ),
    ),
  ])
}

/** Photographs under the name of another format, which are told by their content. */
export function renamedInputs(photographs: readonly { name: string; bytes: Buffer }[]): Input[] {
  return photographs.flatMap(({ name, bytes }) =>
    ['.jpg', '.png', '.gif'].map((extension) =>
      fileInput('renamed', `${name} as ${extension}`, `x${extension}`, 'decoded', () => bytes),
    ),
  )
}
