/** Framing: cuts a stream of bytes into the messages that it holds. */

/** A client that sends more in one message is lost. In bytes. */
const LONGEST_MESSAGE = 1024 * 1024 * 1024;
const LONGEST_HEADER = 64 * 1024;

/**
 * Takes the chunks of a stream, and calls with each whole message in it, as LSP frames them (3.17, Base Protocol): headers of `name: value`,
 * with a `Content-Length` in digits among them, an empty line, and as many bytes. What these bytes hold is passed over where it is no JSON. Behind a
 * frame that is broken nothing is ever understood again: it calls `broken` once, and takes no more.
 */
export function messagesIn(heard: (message: unknown) => void, broken: () => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  /** Bytes of the body whose headers are read. */
  let wanted: number | undefined;
  let isWhole = true;

  return (chunk) => {
    parts.push(chunk);
    held += chunk.length;
    while (isWhole && (wanted === undefined || held >= wanted)) {
      const all = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
      let rest: Buffer;
      if (wanted === undefined) {
        const end = all.indexOf('\r\n\r\n');
        if (end > 0) wanted = lengthIn(all.toString('latin1', 0, end));
        if (wanted === undefined && (end >= 0 || held > LONGEST_HEADER)) {
          isWhole = false;
          parts = [];
          broken();
          return;
        }
        parts = [all];
        if (wanted === undefined) return;
        rest = all.subarray(end + 4);
      } else {
        const message = parsed(all.toString('utf8', 0, wanted));
        rest = all.subarray(wanted);
        wanted = undefined;
        if (message !== undefined) heard(message);
      }
      parts = [rest];
      held = rest.length;
    }
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
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
