// Colour profiles, EXIF and XMP that are broken, of another kind, without end or enormous.

import { Random } from '../fuzz/random.js'
import { fileInput, type Input } from './input.js'
import { segment, withSegments } from './jpeg-parts.js'
import { directory, type Entry } from './tiff-parts.js'

/** So many bytes of a profile fit into a segment. */
const PART = 65_000
const text = (value: string) => Buffer.from(value, 'latin1')

/** APP2 segments, as many as a profile takes; or as many as they say. */
function profileSegments(profile: Buffer, count = Math.ceil(profile.length / PART) || 1): Buffer[] {
  return Array.from({ length: Math.ceil(profile.length / PART) || 1 }, (_, index) =>
    segment(
      0xe2,
      Buffer.concat([
        text('ICC_PROFILE\0'),
        Buffer.from([(index + 1) & 255, count & 255]),
        profile.subarray(index * PART, (index + 1) * PART),
      ]),
    ),
  )
}

/** @param profile a good one */
function profiles(profile: Buffer, seed: number): Record<string, () => Buffer[]> {
  const changed = (change: (bytes: Buffer) => void) => () => {
    const bytes = Buffer.from(profile)
    change(bytes)
    return profileSegments(bytes)
  }
  const random = (index: number) => new Random('profile', seed, index)
  return {
    'no profile in its segment': () => profileSegments(Buffer.alloc(0)),
    ...Object.fromEntries(
      [1, 16, 64, 127, 128, 131, 132, 200, 300].map((length) => [
        `a profile cut at ${length} bytes`,
        () => profileSegments(profile.subarray(0, length)),
      ]),
    ),
    'a profile of noise': () => profileSegments(random(1).bytes(3000)),
    'a profile whose tags are noise': changed(
      (bytes) =>
        void random(2)
          .bytes(bytes.length - 132)
          .copy(bytes, 132),
    ),
    ...Object.fromEntries(
      ['GRAY', 'CMYK', 'Lab ', 'XYZ ', 'HSV ', '2CLR', 'FCLR', 'nope'].map((space) => [
        `a profile of the colours ${space.trim()}`,
        changed((bytes) => void bytes.write(space, 16, 'latin1')),
      ]),
    ),
    ...Object.fromEntries(
      ['link', 'abst', 'nmcl', 'prtr', 'spac'].map((kind) => [
        `a profile of the class ${kind}`,
        changed((bytes) => void bytes.write(kind, 12, 'latin1')),
      ]),
    ),
    'a profile that claims 4 GB': changed((bytes) => void bytes.writeUInt32BE(0xffffffff, 0)),
    'a profile that claims 0 bytes': changed((bytes) => void bytes.writeUInt32BE(0, 0)),
    'a profile of 2^32 tags': changed((bytes) => void bytes.writeUInt32BE(0xffffffff, 128)),
    'a profile of 100 tags': changed((bytes) => void bytes.writeUInt32BE(100, 128)),
    'a profile whose tags lie at 4 GB': changed((bytes) => void bytes.writeUInt32BE(0xfffffff0, 136)),
    'a profile whose tags are 4 GB long': changed((bytes) => void bytes.writeUInt32BE(0xfffffff0, 140)),
    'a profile of version 255': changed((bytes) => void bytes.fill(255, 8, 12)),
    'a profile without signature': changed((bytes) => void bytes.fill(0, 36, 40)),
    'a profile of 16 MB': () => profileSegments(Buffer.concat([profile, Buffer.alloc(2 ** 24 - 2 ** 16)])),
    'a profile of 255 parts of which one is there': () => profileSegments(profile, 255),
    'a profile of 0 parts': () => profileSegments(profile, 0),
    'two profiles': () => [...profileSegments(profile), ...profileSegments(profile)],
    ...Object.fromEntries(
      Array.from({ length: 24 }, (_, index) => [
        `a profile with 16 random bytes (${index})`,
        changed((bytes) => {
          const draws = random(100 + index)
          for (let byte = 0; byte < 16; byte++) bytes[draws.below(bytes.length)] = draws.below(256)
        }),
      ]),
    ),
  }
}

const exif = (...content: Buffer[]) => [
  segment(0xe1, Buffer.concat([text('Exif\0\0II*\0\x08\0\0\0'), ...content]).subarray(0, 65_000)),
]
const orientation = (value: number, type = 3, count = 1): Entry => ({ tag: 274, type, count, value })
const OFFSETS = [0x8769, 0x8825, 0xa005] // of the directories for EXIF, GPS, interoperability

const exifs: Record<string, () => Buffer[]> = {
  ...Object.fromEntries(
    [0, 9, 255, 65_535].map((value) => [`orientation ${value}`, () => exif(directory([orientation(value)]))]),
  ),
  'orientation as text': () => exif(directory([orientation(0x36, 2)])),
  'orientation as a fraction behind the end': () => exif(directory([orientation(0x7fffffff, 5)])),
  'orientation 2^31 times': () => exif(directory([orientation(8, 3, 2 ** 31)])),
  'two orientations': () => exif(directory([orientation(6), orientation(3)])),
  'an EXIF directory that is its own next': () => exif(directory([orientation(1)], 8)),
  'EXIF directories in themselves': () =>
    exif(
      directory(
        OFFSETS.map((tag): Entry => ({ tag, value: 8 })),
        8,
      ),
    ),
  'an EXIF directory of 65,535 entries': () => exif(directory([orientation(1)], 0, 65_535)),
  'an EXIF directory of 5,000 entries that are large': () =>
    exif(directory(Array.from({ length: 5000 }, (_, at) => ({ tag: at, type: 7, count: 60_000, value: 8 })))),
  'an EXIF directory behind the end': () => [segment(0xe1, text('Exif\0\0II*\0\xff\xff\xff\x7f'))],
  'EXIF of noise': () => exif(new Random('exif', 0, 0).bytes(4000)),
  'EXIF cut': () => [segment(0xe1, text('Exif\0\0II'))],
  'EXIF without content': () => [segment(0xe1, text('Exif\0\0'))],
  'EXIF in no order of bytes': () => [segment(0xe1, text('Exif\0\0XX*\0\x08\0\0\0'))],
  'a thousand EXIFs': () => Array.from({ length: 1000 }, () => exif(directory([orientation(6)]))).flat(),
  'a thousand EXIFs of 64 kB': () => Array.from({ length: 1000 }, () => exif(Buffer.alloc(64_000, 1))).flat(),
  'a thumbnail behind the end': () =>
    exif(
      directory([
        { tag: 0x201, value: 0x7fffffff },
        { tag: 0x202, value: 0x7fffffff },
      ]),
    ),
  'XMP that is no XML': () => [segment(0xe1, text(`http://ns.adobe.com/xap/1.0/\0${'<'.repeat(60_000)}`))],
  'XMP whose entities expand': () => [
    segment(
      0xe1,
      text(
        'http://ns.adobe.com/xap/1.0/\0<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">' +
          '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><x>&d;&d;&d;&d;</x>',
      ),
    ),
  ],
  'a thousand XMPs': () =>
    Array.from({ length: 1000 }, () =>
      segment(0xe1, text(`http://ns.adobe.com/xap/1.0/\0${'x'.repeat(60_000)}`)),
    ),
  'Photoshop data of noise': () => [
    segment(0xed, Buffer.concat([text('Photoshop 3.0\0'), new Random('iptc', 0, 0).bytes(900)])),
  ],
  'an Adobe marker of transform 255': () => [segment(0xee, text('Adobe\0\x64\0\0\0\0\xff'))],
  'a gain map that is missing': () => [segment(0xe2, text('MPF\0II*\0\x08\0\0\0\xff\xff'))],
}

/** @param jpeg @param cmyk JPEGs that decode */
export function metadataInputs(jpeg: Buffer, cmyk: Buffer, profile: Buffer, seed: number): Input[] {
  const made = (kind: string, whole: Buffer, parts: Record<string, () => Buffer[]>) =>
    Object.entries(parts).map(([what, segments]) =>
      fileInput(kind, what, 'x.jpg', 'either', () => withSegments(whole, ...segments())),
    )
  return [
    ...made('profiles', jpeg, profiles(profile, seed)),
    ...made('profiles in CMYK', cmyk, profiles(profile, seed)),
    ...made('EXIF and XMP', jpeg, exifs),
  ]
}
