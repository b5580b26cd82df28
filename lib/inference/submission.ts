// Predicts every photograph of a folder into the CSV that a competition asks for.

import { dirname } from 'node:path'
import * as check from '../check.js'
import { FaceDataset, refuseUnreadable } from '../data/index.js'
import { ensureFolder } from '../files/index.js'
import { named } from './answers.js'
import { filesOf, streamed } from './measure.js'
import { type Member, meanProbabilities, sizesOf } from './members.js'
import { submissionForm } from './submission-form.js'
import { checkSubmission, type WriteSubmissionOptions, type WrittenSubmission } from './submission-options.js'

const TASK = 'Predicting'

/** @param proceed Throws what ends the work between two batches. */
export async function writeSubmission(
  members: readonly [Member, ...Member[]],
  folder: string,
  options: WriteSubmissionOptions,
  proceed: (signal: AbortSignal | undefined, task: string) => void,
): Promise<WrittenSubmission> {
  check.string('folder', folder)
  const { classes } = members[0].network
  const { output, top, watch, ...settings } = checkSubmission(options, classes)
  const { signal } = watch
  const photographs = await FaceDataset.unlabelled(folder, signal && { signal })
  const form = await submissionForm(filesOf(photographs), folder, settings)
  await ensureFolder(dirname(output))
  const stream = streamed(form.files, {
    ...{ task: TASK, watch, sizes: sizesOf(members), unreadable: 'any' },
    proceed: () => proceed(signal, TASK),
  })
  for await (const batch of stream) {
    const rows = await meanProbabilities(members, batch)
    for (const [row, place] of batch.places.entries())
      form.fill(place, named(rows[row] as ArrayLike<number>, classes, top))
  }
  const { skipped } = stream
  // Hours of work are not thrown away for photographs that cannot be read, unless there is nothing to keep.
  if (skipped.length === form.files.length) refuseUnreadable(skipped, form.files.length)
  const rows = await form.write(output)
  return { output, rows, predicted: form.predicted, ...form.report, skipped }
}
