/** Framing: whether what comes in is still cut into messages, which a reader that has lost count can never find out again. */

/** A client that sends more in one message is lost. In bytes. */
const LONGEST_MESSAGE = 1024 * 1024 * 1024;
const LONGEST_HEADER = 64 * 1024;

/**
 * Answers for each chunk of a stream whether it still holds messages as LSP frames them (3.17, Base Protocol): headers of `name: value`,
 * with a `Content-Length` in digits among them, an empty line, and as many bytes. Once it does not, it never does again.
 */
export function createFramingCheck(): (chunk: Uint8Array) => boolean {
  let isWhole = true;
  let header = '';
  let left = 0;
  return (chunk) => {
    let at = 0;
    while (isWhole && at < chunk.length) {
      if (left > 0) {
        const taken = Math.min(left, chunk.length - at);
        left -= taken;
        at += taken;
        continue;
      }
      header += String.fromCharCode(chunk[at] ?? 0);
      at++;
      if (header.endsWith('\r\n\r\n')) {
        const length = lengthIn(header);
        isWhole = length !== undefined;
        left = length ?? 0;
        header = '';
      } else if (header.length > LONGEST_HEADER) isWhole = false;
    }
    return isWhole;
  };
}

/** Undefined for headers that are none, or name no length, or one that cannot be. */
function lengthIn(headers: string): number | undefined {
  let length: number | undefined;
  for (const line of headers.trimEnd().split('\r\n')) {
    const [, name, value] = /^([\w-]+):([^\r\n]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    if (name.toLowerCase() !== 'content-length') continue;
    const digits = value.trim();
    if (!/^\d{1,10}$/.test(digits)) return undefined;
    length = Number(digits);
  }
  return length !== undefined && length <= LONGEST_MESSAGE ? length : undefined;
}
