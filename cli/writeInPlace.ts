/** Writing in place: a file has its old content or its new one, never half of one, and never somebody else's work undone. */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readRegularFile } from './readFile.ts';
import { reasonOf } from './sources.ts';

/**
 * Puts `content` in the place of `expected`: written beside the file, then renamed over it, with the file's mode and owner. A link stays
 * a link; its target is replaced. Answers why nothing was written, or undefined.
 */
export function writeInPlace(path: string, expected: Uint8Array, content: Uint8Array): string | undefined {
  try {
    const file = realpathSync(path);
    const stats = statSync(file);
    if (!stats.isFile()) return 'no regular file, so it cannot be written';
    return exchange(file, stats, content, () =>
      Buffer.compare(readRegularFile(file), expected) === 0
        ? undefined
        : 'changed while it was being fixed, so it is left as it is',
    );
  } catch (error) {
    return `not written: ${reasonOf(error)}`;
  }
}

/** Writes a file that is not there yet, as a whole or not at all; one that somebody else has made meanwhile stays. */
export function writeNewFile(path: string, content: Uint8Array): string | undefined {
  try {
    const descriptor = openSync(path, 'wx', 0o666);
    try {
      writeFileSync(descriptor, content);
    } catch (error) {
      removeQuietly(path);
      throw error;
    } finally {
      closeSync(descriptor);
    }
    return undefined;
  } catch (error) {
    return `not written: ${reasonOf(error)}`;
  }
}

/** Writes a file that a person has named, whatever it holds, so that it is whole in the end. What is no file is written to as it is. */
export function replaceFile(path: string, content: Uint8Array): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return writeNewFile(path, content);
    if (stats.isFile()) return exchange(realpathSync(path), stats, content, () => undefined);
    writeFileSync(path, content);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** `objection` is asked as late as can be: what somebody wrote in the meantime stays. */
function exchange(
  file: string,
  stats: Stats,
  content: Uint8Array,
  objection: () => string | undefined,
): string | undefined {
  // A rename needs no right to the file itself; whoever has made it read-only wants it left alone.
  accessSync(file, constants.W_OK);
  const beside = join(
    dirname(file),
    `.${basename(file).slice(0, LONGEST_NAME)}.${randomBytes(6).toString('hex')}.tmp`,
  );
  try {
    const problem = (writeBeside(beside, content, stats) ? undefined : OTHER_OWNER) ?? objection();
    if (problem === undefined) renameSync(beside, file);
    else unlinkSync(beside);
    return problem;
  } catch (error) {
    removeQuietly(beside);
    throw error;
  }
}

const OTHER_OWNER = 'it belongs to somebody else, whose it would not stay, so it is left as it is';

/** In characters, of which each may be four of the 255 bytes that a name has on most file systems. */
const LONGEST_NAME = 50;

/** False where the file cannot have the owner and the group that it has to have. */
function writeBeside(path: string, content: Uint8Array, { mode, uid, gid }: Stats): boolean {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(descriptor, content);
    if (!giveTo(descriptor, uid, gid)) return false;
    fchmodSync(descriptor, mode & 0o7777);
    fsyncSync(descriptor);
    return true;
  } finally {
    closeSync(descriptor);
  }
}

/** Only root may give a file away; anybody may give a file of their own to a group of their own. */
function giveTo(descriptor: number, uid: number, gid: number): boolean {
  const isGiven = (): boolean => {
    const own = fstatSync(descriptor);
    return own.uid === uid && own.gid === gid;
  };
  if (isGiven()) return true;
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    return false;
  }
  return isGiven();
}

/** Removes a file, if it is there and that is allowed. */
export function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    return;
  }
}
