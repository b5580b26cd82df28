// The options of the command line as a table, and the help.

import { choice, helpLines, least, type OptionKind, path, row } from '../shared/option-rows.js'

/**
 * What holds where an option is not given. On a processor larger batches are hardly faster, and what waits longer than a
 * second or two has often gone; a GPU wants more of both.
 */
export const defaults = {
  host: '127.0.0.1',
  port: 8080,
  device: 'auto',
  maxBatch: 8,
  maxQueue: 32,
  deadlineMs: 10_000,
  maxMegabytes: 10,
  drainSeconds: 10,
} as const

const host: OptionKind = { is: 'text', what: 'an address of this machine' }

export const optionTable = [
  row(
    'model',
    'FILE',
    path,
    null,
    'a bundle, such as best.safetensors of a run; default: the newest one under runs/, and where there is none a small ' +
      'one that learns a few drawn faces in about a minute',
  ),
  row(
    'calibration',
    'FILE',
    path,
    null,
    'JSON that calibrate() gave, with the threshold of /verify; default: calibration.json beside the model where it is there',
  ),
  row(
    'port',
    'N',
    { is: 'integer', low: 0, high: 65_535 },
    null,
    `0 takes a free one; default: ${defaults.port}`,
  ),
  row('host', 'ADDRESS', host, null, `0.0.0.0 lets other machines in; default: ${defaults.host}`),
  row('device', 'auto|cpu|cuda', choice('auto', 'cpu', 'cuda'), null, `default: ${defaults.device}`),
  row(
    'max-batch',
    'N',
    { is: 'integer', low: 1, high: 1024 },
    null,
    `photographs that are computed together; a GPU gains up to 64 or 128; default: ${defaults.maxBatch}`,
  ),
  row(
    'max-queue',
    'N',
    { is: 'integer', low: 2, high: 16_384 },
    null,
    `photographs that may be under way; more are refused with status 503; default: ${defaults.maxQueue}`,
  ),
  row(
    'deadline',
    'MS',
    least(1),
    null,
    `milliseconds after which a photograph that still waits gets status 504; default: ${defaults.deadlineMs}`,
  ),
  row(
    'max-megabytes',
    'N',
    { is: 'number', low: 0, high: 100, aboveLow: true },
    null,
    `of a photograph's file; larger ones get status 413; default: ${defaults.maxMegabytes}`,
  ),
  row(
    'drain-seconds',
    'N',
    { is: 'number', low: 0, high: 3600 },
    null,
    `that requests under way have after SIGTERM or Ctrl-C; default: ${defaults.drainSeconds}`,
  ),
] as const

export type OptionName = (typeof optionTable)[number]['name']

/** The text of --help, at most 100 characters wide. */
export function helpText(): string {
  return [
    'Answers who is on a photograph, over HTTP, with a web page to try it.',
    '',
    'Usage: npm run serve -- [options]',
    '',
    'Options:',
    ...helpLines(optionTable),
    '',
    'Examples:',
    '  npm run serve',
    '  npm run serve -- --model runs/mine/best.safetensors --port 3000',
    '  curl --data-binary @face.jpg -H "content-type: image/jpeg" http://127.0.0.1:8080/classify',
    '  curl -F one=@passport.jpg -F other=@camera.jpg http://127.0.0.1:8080/verify',
    '',
    'SIGTERM and Ctrl-C answer what is under way, then end it; twice ends at once.',
    'Exit codes: 0 ended, 1 failed or cut off, 2 wrong options.',
  ].join('\n')
}
