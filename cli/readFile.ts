/** Reading a file's bytes, so that it comes to an end whatever stands behind the path: a pipe, a device, a file that grows. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** More than this is no manifest that a person keeps, and would not fit into memory once parsed. In bytes. */
export const LARGEST_FILE = 256 * 1024 * 1024;

/**
 * The bytes of a regular file, at most one more than `LARGEST_FILE`. Throws what the system says where it cannot be read, and for
 * anything that is no file: a pipe that nobody fills is not waited for.
 */
export function readRegularFile(path: string): Uint8Array {
  // On Windows there are no pipes among files, and no such flag.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(descriptor);
    if (stats.isDirectory()) throw failure('EISDIR', 'is a folder');
    if (!stats.isFile()) throw failure('ENOTSUP', 'no regular file');
    return readToEnd(descriptor, stats.size);
  } finally {
    closeSync(descriptor);
  }
}

/** The same for what a person has named, which may be a pipe: a shell's `<(...)` is one. */
export function readNamedFile(path: string): Uint8Array {
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    const stats = fstatSync(descriptor);
    return readToEnd(descriptor, stats.isFile() ? stats.size : 0);
  } finally {
    closeSync(descriptor);
  }
}

function readToEnd(descriptor: number, expected: number): Uint8Array {
  // One more than expected, so that the end of a file that has not changed is seen at once.
  let bytes = Buffer.allocUnsafe(Math.max(Math.min(expected, LARGEST_FILE) + 1, CHUNK));
  let length = 0;
  for (;;) {
    const read = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (read === 0) return bytes.subarray(0, length);
    length += read;
    if (length > LARGEST_FILE) return bytes.subarray(0, length);
    if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(bytes.length * 2, LARGEST_FILE + 1));
  }
}

/** In bytes. */
const CHUNK = 4096;

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
