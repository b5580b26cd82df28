// Accuracy as tables give it: eval mode, no augmentation, by the best checkpoint of a run.

import { dirname, join } from 'node:path'
import { type FaceDataset, Predictor, type Progress, type RunResult } from '@facecls/torch'
import { shownPath } from '../shared/shown-path.js'
import type { Job } from './job.js'

/** The head of such a table. */
export const accuracyColumns = ['top-1, eval mode, no augmentation', 'train', 'validation', 'test']

export interface Trained {
  result: RunResult
  parts: { train: FaceDataset; val: FaceDataset }
}

/**
 * Opens the best checkpoint, measures it on both parts, saves the validation's report beside it, and lends it to `use`
 * before it is closed.
 */
export async function measure(
  { result, parts }: Trained,
  { options, terminal, signal }: Job,
  use: (predictor: Predictor) => Promise<void> = async () => {},
): Promise<{ train: number; val: number }> {
  const predictor = await Predictor.open(result.best, { device: options.device ?? 'auto', signal })
  try {
    terminal.line(
      `Measuring ${parts.train.length + parts.val.length} photographs in eval mode, without augmentation.`,
    )
    const onProgress = ({ done, total }: Progress): void =>
      terminal.progress({ label: 'Measuring', done, total })
    const train = await predictor.evaluate(parts.train, { signal, onProgress })
    const val = await predictor.evaluate(parts.val, { signal, onProgress })
    const { folder } = await val.save(join(dirname(result.best), 'evaluation'), { signal })
    terminal.line(
      `Each identity, the most confused and the worst photographs of validation: ${shownPath(folder)}`,
    )
    await use(predictor)
    return { train: train.top1, val: val.top1 }
  } finally {
    await predictor.close()
  }
}
