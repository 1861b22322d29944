/** Writing in Node: messages as bytes. Diagnostics that were written before are copied, with their lines where they stand now. */
import type { Diagnostic, DocumentDiagnosticReport, Message } from 'vscode-languageserver';
import { StreamMessageWriter } from 'vscode-languageserver/node';
import type { PlacedWritten, ReportWriter, Written } from './host.ts';

/** A report, and what is to be written of its diagnostics. */
interface Report {
  readonly parts: readonly PlacedWritten[];
}

/** In bytes. What is longer is given back as soon as it is sent. */
const MAX_KEPT = 1_000_000;

/** Writes messages to a stream, and the reports that `reports` has made with the diagnostics that they were made of. */
export function createNodeWriter(stream: NodeJS.WritableStream): {
  readonly messages: StreamMessageWriter;
  readonly reports: ReportWriter;
} {
  const known = new WeakMap<object, Report>();
  // One message is sent before the next is written, so that they can share their bytes.
  let kept = Buffer.alloc(0);

  const writeReport = ({ parts }: Report, head: string, tail: string): Uint8Array => {
    const length = parts.reduce((sum, { written }) => sum + mostBytes(written) + 1, 0);
    const most = Buffer.byteLength(head) + length + tail.length;
    const bytes = most <= kept.length ? kept : Buffer.allocUnsafeSlow(most + (most >> 2));
    if (bytes.length <= MAX_KEPT) kept = bytes;
    let at = bytes.write(head);
    for (let index = 0; index < parts.length; index++) {
      if (index > 0) bytes[at++] = COMMA;
      at = copyInto(bytes, at, parts[index] as PlacedWritten);
    }
    at += bytes.write(tail, at);
    return bytes.subarray(0, at);
  };

  const encode = (message: Message): Uint8Array => {
    const result = 'result' in message ? message.result : undefined;
    if (typeof result !== 'object' || result === null) return Buffer.from(JSON.stringify(message));
    const report = known.get(result);
    if (report === undefined) return Buffer.from(JSON.stringify(message));
    const head = `${JSON.stringify({ ...message, result: undefined }).slice(0, -1)},"result":`;
    const fields = JSON.stringify({ ...result, items: undefined }).slice(0, -1);
    return writeReport(report, `${head}${fields},"items":[`, ']}}');
  };

  return {
    messages: new StreamMessageWriter(stream, {
      contentTypeEncoder: { name: 'application/json', encode: async (message) => encode(message) },
    }),
    reports: {
      write: writeDiagnostics,
      report(resultId, parts) {
        const report: DocumentDiagnosticReport = { kind: 'full', resultId, items: [] };
        known.set(report, { parts });
        return report;
      },
    },
  };
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
