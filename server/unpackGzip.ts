/** Unpacks gzip with what browsers have for it, and Node too. */

/** Undefined for what gzip did not pack, and for more than `most` bytes, of which no more than that is unpacked. */
export async function unpackGzip(packed: Uint8Array, most: number): Promise<Uint8Array | undefined> {
  const unpacking = new DecompressionStream('gzip');
  const writer = unpacking.writable.getWriter();
  // What is wrong with the bytes is told where they are read.
  const writing = writer.write(packed).then(() => writer.close());
  writing.catch(() => undefined);
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = unpacking.readable.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const piece = next.value as Uint8Array;
      length += piece.length;
      if (length > most) {
        await reader.cancel();
        return undefined;
      }
      pieces.push(piece);
    }
  } catch {
    return undefined;
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
