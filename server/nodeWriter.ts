/** Writing in Node: messages as bytes. Diagnostics that were written before are copied, with their lines where they stand now. */
import {
  AbstractMessageWriter,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type Message,
  type MessageWriter,
} from 'vscode-languageserver/node';
import type { PlacedWritten, ReportWriter, Written } from './host.ts';

/** In bytes. What is longer is given back as soon as it is sent. */
const MAX_KEPT = 1_000_000;

/** Writes messages to a stream, and the reports that it has made with the diagnostics that they were made of. */
export class NodeWriter extends AbstractMessageWriter implements MessageWriter, ReportWriter {
  readonly #stream: NodeJS.WritableStream;
  readonly #reports = new WeakMap<object, readonly PlacedWritten[]>();
  /** What reports are written to, one after the other. */
  #kept = Buffer.alloc(0);
  /** How many messages the stream has not yet passed on. */
  #underWay = 0;
  #errors = 0;

  constructor(stream: NodeJS.WritableStream) {
    super();
    this.#stream = stream;
    stream.on('error', (error) => this.fireError(error));
    stream.on('close', () => this.fireClose());
  }

  /** Header and message at once: each writing wakes the client. */
  write(message: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      const bytes = this.#framed(message);
      this.#underWay++;
      this.#stream.write(bytes, (error) => {
        this.#underWay--;
        if (error === undefined || error === null) return resolve();
        this.fireError(error, message, ++this.#errors);
        reject(error);
      });
    });
  }

  end(): void {
    this.#stream.end();
  }

  diagnostics(diagnostics: readonly Diagnostic[]): Written {
    return writeDiagnostics(diagnostics);
  }

  report(resultId: string, parts: readonly PlacedWritten[]): DocumentDiagnosticReport {
    const report: DocumentDiagnosticReport = { kind: 'full', resultId, items: [] };
    this.#reports.set(report, parts);
    return report;
  }

  #framed(message: Message): Uint8Array {
    const result = 'result' in message ? message.result : undefined;
    const isObject = typeof result === 'object' && result !== null;
    const parts = isObject ? this.#reports.get(result) : undefined;
    if (!isObject || parts === undefined) {
      const text = JSON.stringify(message);
      return Buffer.from(headerOf(Buffer.byteLength(text)) + text);
    }
    const start = `${JSON.stringify({ ...message, result: undefined }).slice(0, -1)},"result":`;
    const fields = JSON.stringify({ ...result, items: undefined }).slice(0, -1);
    return this.#framedReport(`${start}${fields},"items":[`, parts, ']}}');
  }

  #framedReport(head: string, parts: readonly PlacedWritten[], tail: string): Uint8Array {
    const length = parts.reduce((sum, { written }) => sum + mostBytes(written) + 1, 0);
    const bytes = this.#room(MAX_HEADER + Buffer.byteLength(head) + length + tail.length);
    let at = MAX_HEADER + bytes.write(head, MAX_HEADER);
    for (let index = 0; index < parts.length; index++) {
      if (index > 0) bytes[at++] = COMMA;
      at = copyInto(bytes, at, parts[index] as PlacedWritten);
    }
    at += bytes.write(tail, at);
    const header = headerOf(at - MAX_HEADER);
    bytes.write(header, MAX_HEADER - header.length);
    return bytes.subarray(MAX_HEADER - header.length, at);
  }

  /** The same bytes again where no message in them is under way. */
  #room(most: number): Buffer {
    const isFree = this.#underWay === 0;
    if (isFree && most <= this.#kept.length) return this.#kept;
    const bytes = Buffer.allocUnsafeSlow(most + (most >> 2));
    if (isFree && bytes.length <= MAX_KEPT) this.#kept = bytes;
    return bytes;
  }
}

/** Bytes. */
const MAX_HEADER = 40;

function headerOf(length: number): string {
  return `Content-Length: ${length}\r\n\r\n`;
}

/** A key of a range; within a string the quote behind it would be escaped. */
const LINE = /"line":(-?\d+)/g;
const KEY = '"line":'.length;
const COMMA = 44;
const DIGIT = 48;
/** Of a line number. */
const MOST_DIGITS = 10;

function writeDiagnostics(diagnostics: readonly Diagnostic[]): Written {
  const text = JSON.stringify(diagnostics).slice(1, -1);
  const pieces: Buffer[] = [];
  const gaps: number[] = [];
  const lines: number[] = [];
  let from = 0;
  let length = 0;
  const push = (piece: string): void => {
    const bytes = Buffer.from(piece);
    pieces.push(bytes);
    length += bytes.length;
  };
  for (const match of text.matchAll(LINE)) {
    push(text.slice(from, match.index + KEY));
    gaps.push(length);
    lines.push(Number(match[1]));
    from = match.index + match[0].length;
  }
  push(text.slice(from));
  return { bytes: Buffer.concat(pieces), gaps: Uint32Array.from(gaps), lines: Int32Array.from(lines) };
}

function mostBytes({ bytes, gaps }: Written): number {
  return bytes.length + gaps.length * MOST_DIGITS;
}

/** Copies diagnostics with their lines; answers where they end. */
function copyInto(
  into: Buffer,
  start: number,
  { written: { bytes, gaps, lines }, line }: PlacedWritten,
): number {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = start;
  let from = 0;
  for (let index = 0; index < gaps.length; index++) {
    const to = gaps[index] as number;
    at += source.copy(into, at, from, to);
    at = writeNumber(into, at, (lines[index] as number) + line);
    from = to;
  }
  return at + source.copy(into, at, from);
}

/** Digit by digit from the last one: a string for each of thousands of lines would be garbage. */
function writeNumber(into: Buffer, start: number, number: number): number {
  let digits = 1;
  for (let rest = number; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  let rest = Math.max(0, number);
  for (let at = start + digits - 1; at >= start; at--) {
    into[at] = DIGIT + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return start + digits;
}
