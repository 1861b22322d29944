/** Chart archives: the files in a packaged chart, as `helm dependency build` puts it into a chart's `charts` folder. */

const BLOCK = 512;

/**
 * The text files of a tar archive by their paths, as far as it is whole; `bytes` are those behind the compression. Names follow the
 * POSIX format (ustar) and its extension for long ones (pax), which is all that Helm writes.
 */
export function filesInArchive(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => string,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    const name = fieldAt(header, 0, 100);
    const size = Number.parseInt(fieldAt(header, 124, 12), 8);
    if (name === '' || !Number.isInteger(size) || size < 0) break;
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x') {
      longName = /(?:^|\n)\d+ path=(.*)/.exec(decode(content))?.[1];
    } else {
      const prefix = fieldAt(header, 345, 155);
      const path = longName ?? (prefix === '' ? name : `${prefix}/${name}`);
      longName = undefined;
      if ((type === '0' || type === '\0') && !content.includes(0)) files.set(path, decode(content));
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** ASCII text up to the first zero. */
function fieldAt(header: Uint8Array, start: number, length: number): string {
  let text = '';
  for (const byte of header.subarray(start, start + length)) {
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return text.trim();
}
