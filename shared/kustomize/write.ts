/** Writing: built objects as a stream of YAML, with the place that every key and value of it comes from. */
import { quoted, writeScalar } from '../yaml/writeScalar.ts';
import type { BuiltMapping, BuiltNode, BuiltScalar, BuiltSequence, Origin } from './node.ts';

/** A stretch of the written text and what it comes from; stretches follow each other and do not overlap. */
export interface WrittenPiece {
  readonly start: number;
  readonly end: number;
  readonly from: Origin | undefined;
}

export interface WrittenObjects {
  readonly text: string;
  readonly pieces: readonly WrittenPiece[];
}

/** Writes one document for each object. */
export function writeObjects(objects: readonly BuiltMapping[]): WrittenObjects {
  const writer = new Writer();
  for (const object of objects) writer.document(object);
  return writer.written();
}

/** Writes one value as a document of its own, without a marker. */
export function writeNode(node: BuiltNode): string {
  const writer = new Writer();
  writer.root(node);
  return writer.written().text;
}

class Writer {
  private readonly parts: string[] = [];
  private readonly pieces: WrittenPiece[] = [];
  private length = 0;

  written(): WrittenObjects {
    return { text: this.parts.join(''), pieces: this.pieces };
  }

  document(object: BuiltMapping): void {
    this.put('---\n');
    if (object.entries.size === 0) this.put('{}\n');
    else this.mapping(object, 0, object.from, true);
  }

  root(node: BuiltNode): void {
    if (node.kind === 'mapping' && node.entries.size > 0) this.mapping(node, 0, node.from, true);
    else if (node.kind === 'sequence' && node.items.length > 0) this.items(node, 0, node.from);
    else this.value(node, 0, node.from, 'sequence');
  }

  private put(text: string): void {
    this.parts.push(text);
    this.length += text.length;
  }

  private mark(text: string, from: Origin | undefined): void {
    const start = this.length;
    this.put(text);
    this.pieces.push({ start, end: this.length, from });
  }

  /** `isOnNewLine` is false behind the dash of an item, where the first key stands on the same line. */
  private mapping(
    { entries }: BuiltMapping,
    indent: number,
    owner: Origin | undefined,
    isOnNewLine: boolean,
  ): void {
    let isFirst = !isOnNewLine;
    for (const [key, { value, keyFrom }] of entries) {
      if (!isFirst) this.put(' '.repeat(indent));
      isFirst = false;
      const from = keyFrom ?? value.from ?? owner;
      this.mark(writeScalar(key, { inFlow: false, quoting: 'double' }), from);
      this.put(':');
      this.value(value, indent, value.from ?? from, 'mapping');
    }
  }

  private value(
    node: BuiltNode,
    indent: number,
    from: Origin | undefined,
    within: 'mapping' | 'sequence',
  ): void {
    switch (node.kind) {
      case 'scalar': {
        const text = scalarText(node);
        if (text !== '') this.put(' ');
        this.mark(text, from);
        this.put('\n');
        return;
      }
      case 'mapping':
        if (node.entries.size === 0) {
          this.empty('{}', from);
          return;
        }
        this.put(within === 'mapping' ? '\n' : ' ');
        this.mapping(node, indent + 2, from, within === 'mapping');
        return;
      case 'sequence': {
        if (node.items.length === 0) {
          this.empty('[]', from);
          return;
        }
        this.put('\n');
        this.items(node, indent + 2, from);
      }
    }
  }

  private items({ items }: BuiltSequence, indent: number, from: Origin | undefined): void {
    for (const item of items) {
      this.put(`${' '.repeat(indent)}-`);
      this.value(item, indent, item.from ?? from, 'sequence');
    }
  }

  private empty(text: string, from: Origin | undefined): void {
    this.put(' ');
    this.mark(text, from);
    this.put('\n');
  }
}

/** What is not known is written as a placeholder, which every reader of this text takes for one. */
function scalarText({ text, isPlain, tag, isUnknown }: BuiltScalar): string {
  if (isUnknown === true) return '$(UNKNOWN)';
  const isOneLine = !/[\n\r]/.test(text);
  const written = isPlain && isOneLine ? text : writeScalar(text, { inFlow: false, quoting: 'double' });
  if (tag === undefined) return written;
  return tag === '!!str' ? quoted(text, 'double') : `${tag} ${written}`;
}

/** The piece in which an offset of the written text lies, or undefined between pieces. */
export function pieceAt({ pieces }: WrittenObjects, offset: number): WrittenPiece | undefined {
  let low = 0;
  let high = pieces.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const piece = pieces[middle];
    if (piece === undefined) return undefined;
    if (offset < piece.start) high = middle - 1;
    else if (offset > piece.end || (offset === piece.end && piece.end > piece.start)) low = middle + 1;
    else return piece;
  }
  return undefined;
}
