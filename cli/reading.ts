/** Reading: bytes as the text that is judged, or the reason why they are none. */
import { isUtf8 } from 'node:buffer';
import type { Host } from './host.ts';
import { LARGEST_FILE, readNamedFile, readRegularFile } from './readFile.ts';
import { reasonOf, type Source } from './sources.ts';

export type Reading =
  | {
      readonly state: 'text';
      /** Without the byte order mark, as editors count. */
      readonly text: string;
      readonly bytes: Uint8Array;
      readonly hasByteOrderMark: boolean;
      /** False where bytes that are not UTF-8 have become U+FFFD: such a text can be judged, but not written back. */
      readonly isExact: boolean;
    }
  | { readonly state: 'unreadable'; readonly reason: string };

export async function readSource(source: Source, host: Host): Promise<Reading> {
  if (source.file === undefined && host.isTypedInput) {
    await host.stderr.write('podproof: reading what you type, until Ctrl-D\n');
  }
  let bytes: Uint8Array;
  try {
    if (source.file === undefined) bytes = await host.readInput(LARGEST_FILE);
    else bytes = source.isNamed ? readNamedFile(source.file) : readRegularFile(source.file);
  } catch (error) {
    return { state: 'unreadable', reason: reasonOf(error) };
  }
  return decode(bytes);
}

/** Reads bytes as UTF-8. A text in another encoding, or no text at all, is refused. */
export function decode(bytes: Uint8Array): Reading {
  if (bytes.length > LARGEST_FILE) return { state: 'unreadable', reason: 'larger than 256 MiB' };
  const [first, second, third] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { state: 'unreadable', reason: 'UTF-16 text; save it as UTF-8' };
  }
  if (bytes.includes(0)) return { state: 'unreadable', reason: 'not a text file' };
  const hasByteOrderMark = first === 0xef && second === 0xbb && third === 0xbf;
  const content = hasByteOrderMark ? bytes.subarray(3) : bytes;
  return {
    state: 'text',
    text: Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8'),
    bytes,
    hasByteOrderMark,
    isExact: isUtf8(content),
  };
}

/** The bytes of a text that has taken the place of the one that was read. */
export function encode(text: string, hasByteOrderMark: boolean): Uint8Array {
  return Buffer.from(hasByteOrderMark ? `\u{FEFF}${text}` : text, 'utf8');
}
