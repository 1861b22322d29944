/** Writing in place: a file has its old content or its new one, never half of one, and never somebody else's work undone. */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
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
    // A rename needs no right to the file itself; whoever has made it read-only wants it left alone.
    accessSync(file, constants.W_OK);
    const beside = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
    try {
      writeNew(beside, content, stats);
      // As late as can be: what somebody wrote in the meantime stays.
      if (!readFileSync(file).equals(expected)) {
        unlinkSync(beside);
        return 'changed while it was being fixed, so it is left as it is';
      }
      renameSync(beside, file);
      return undefined;
    } catch (error) {
      removeQuietly(beside);
      throw error;
    }
  } catch (error) {
    return `not written: ${reasonOf(error)}`;
  }
}

function writeNew(path: string, content: Uint8Array, { mode, uid, gid }: Stats): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(descriptor, content);
    keepOwner(descriptor, uid, gid);
    fchmodSync(descriptor, mode & 0o7777);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Only root may give a file away; anybody else's new file is their own, as with every editor that saves by renaming. */
function keepOwner(descriptor: number, uid: number, gid: number): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    return;
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    return;
  }
}
