// Good photographs under names that shells, terminals and messages trip over. Paths are strings: names that are
// no UTF-8 cannot be given to decodeImage, and FaceDataset lists them with replacement characters.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Input } from './input.js'

const names: Readonly<Record<string, string>> = {
  'a new line': 'a\nb.jpg',
  'a carriage return': 'a\rb.jpg',
  'an escape sequence': '\u001b[2J\u001b[31mred.jpg',
  'a bell': 'a\u0007b.jpg',
  'double quotes': 'a"b".jpg',
  'single quotes': "a'b'.jpg",
  'a backslash': 'a\\b\\n.jpg',
  'a percent sign': '%s%n%00.jpg',
  'an emoji': '\u{1f600}\u{1f468}\u200d\u{1f469}\u200d\u{1f467}.jpg',
  'a right-to-left mark': 'a\u202egpj.exe.jpg',
  'zero-width characters': 'a\u200b\u2060\ufeffb.jpg',
  '255 bytes': `${'a'.repeat(251)}.jpg`,
  '255 bytes of two each': `${'\u00e9'.repeat(125)}a.jpg`,
  'a leading dash': '-rf.jpg',
  'a leading dot': '.hidden.jpg',
  'a trailing space': 'a.jpg ',
  'a leading space': ' a.jpg',
  'a tab': 'a\tb.jpg',
  'a dollar sign': '$(reboot)`reboot`.jpg',
  'a star': '*?[a-z].jpg',
  'a semicolon': 'a;b&c|d.jpg',
  'the options of libvips': 'a.jpg[unlimited,fail-on=none]',
  'a colon': 'http:a@b:80.jpg',
  markup: '<img src=x onerror=alert(1)>.jpg',
  'a formula': '=1+1,2.jpg',
  'a soft hyphen': 'a\u00ad\u0301.jpg',
  'combining marks': `a${'\u0301'.repeat(100)}.jpg`,
  'no extension': 'photograph',
  'an extension alone': '.jpg',
  'capital letters': 'A.JPEG',
}

/** @param photograph a JPEG that decodes @param damaged one that does not */
export function nameInputs(photograph: Buffer, damaged: Buffer): Input[] {
  return Object.entries(names).flatMap(([what, name]) =>
    (
      [
        ['decoded', photograph],
        ['refused', damaged],
      ] as const
    ).map(([expected, bytes]) => ({
      kind: 'names',
      what: `a name with ${what}, ${expected}`,
      expected,
      place: (folder: string) => {
        writeFileSync(join(folder, name), bytes)
        return join(folder, name)
      },
    })),
  )
}

/** Names that no file can have. */
export function impossibleNames(): Input[] {
  const impossible: Readonly<Record<string, string>> = {
    '256 bytes': `${'a'.repeat(252)}.jpg`,
    '5,000 bytes': 'a/'.repeat(2500),
    'a zero byte': 'a\0b.jpg',
    'half a surrogate pair': 'a\ud800.jpg',
    'a new line, where there is no file': 'a\nb\u202e.jpg',
  }
  return Object.entries(impossible).map(([what, name]) => ({
    kind: 'names',
    what: `a name of ${what}`,
    expected: 'refused' as const,
    place: (folder: string) => `${folder}/${name}`,
  }))
}
