// Words what a file system refuses: the path, the reason and the remedy.

import { messageOf, TorchError } from '../errors.js'
import { plain, quoted } from './shown.js'

/** Reason and remedy by errno. */
const EXPLAINED: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  EACCES: ['permission is denied', 'Choose a place that this user may use, or change its permissions'],
  EPERM: ['the operation is not permitted', 'Choose a place that this user may use'],
  EROFS: ['the file system is read-only', 'Choose a folder on a file system that can be written'],
  ENOSPC: ['the disk is full', 'Free some space, or choose a folder on another disk'],
  EDQUOT: ["the user's disk quota is used up", 'Free some space, or choose a folder on another disk'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Choose a path whose parents are folders'],
  EEXIST: ['a file of that name is in the way', 'Choose another path, or move that file away'],
  EISDIR: ['it is a folder, not a file', 'Choose the path of a file'],
  ENOENT: ['it does not exist', 'Check the path'],
  ENAMETOOLONG: ['the name is too long', 'Choose a shorter name'],
  ELOOP: ['its symbolic links go round in a circle', 'Check the path'],
  EMFILE: ['this process has too many open files', 'Raise the limit (ulimit -n)'],
  EIO: ['the disk reported an error', 'Check the disk, and save to another one'],
}

/**
 * The TorchError FILE for something that the file system threw.
 *
 * @param action What was tried, as it stands between "Cannot" and the path: 'save', 'read'.
 */
export function fileError(action: string, path: string, thrown: unknown): TorchError {
  const code = (thrown as NodeJS.ErrnoException | null)?.code
  if (thrown instanceof RangeError) {
    // Of typed arrays: "Array buffer allocation failed", "Invalid typed array length".
    const message = `Cannot ${action} ${quoted(path)}: this process has no memory for it.`
    return new TorchError('FILE', `${message} Do it on a machine with more.`, { cause: thrown })
  }
  const explained = code === undefined ? undefined : EXPLAINED[code]
  const [reason, remedy] = explained ?? [plain(messageOf(thrown)), 'Check the path and its disk']
  return new TorchError('FILE', `Cannot ${action} ${quoted(path)}: ${reason}. ${remedy}.`, { cause: thrown })
}

/** Awaits an operation on a file and turns its failure into a {@link fileError}. */
export async function attempt<T>(action: string, path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (thrown) {
    throw fileError(action, path, thrown)
  }
}
