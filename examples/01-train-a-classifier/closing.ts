// The last lines of a run: where the best model is, and the three lines that use it.

import type { RunResult } from '@facecls/torch'
import { relativePath, shownPath } from '../shared/shown-path.js'
import { percent } from '../shared/table.js'

export function closingLines({ reason, best, bestEpoch, history, output }: RunResult): string[] {
  const top1 = history.find(({ epoch }) => epoch === bestEpoch)?.valTop1 ?? null
  const stopped =
    reason === 'aborted' ? [`Stopped. It goes on with: npm start -- --resume ${shownPath(output)}`] : []
  if (bestEpoch === null) return [...stopped, 'No epoch was completed, so there is no best model yet.']
  const quality = `epoch ${bestEpoch}, validation top-1 ${percent(top1)}`
  return [
    ...stopped,
    `The best model is ${shownPath(best)} (${quality}). Three lines use it:`,
    '',
    "  import { Predictor } from '@facecls/torch'",
    `  const predictor = await Predictor.open(${JSON.stringify(relativePath(best))})`,
    "  console.log(await predictor.classify('photograph.jpg'))",
  ]
}
