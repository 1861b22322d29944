/** Edits: what a person does to a text, drawn from a seed; each is undone by the next, so that the text stays the size it is. */
import { streamOf } from './inputs.mjs';

/** Shares of the kinds of edits. */
export const MIX = [
  { kind: 'value', share: 0.6 },
  { kind: 'line', share: 0.15 },
  { kind: 'quote', share: 0.1 },
  { kind: 'marker', share: 0.05 },
  { kind: 'paste', share: 0.1 },
];

/** A text as lines, which answers changes in the words of the protocol. */
export class EditedText {
  constructor(text) {
    this.lines = text.split('\n');
  }

  toString() {
    return this.lines.join('\n');
  }

  /** Replaces what is between two places; answers the change, and the one that takes it back. */
  replace(start, end, text) {
    const removed = this.slice(start, end);
    const first = this.lines[start.line].slice(0, start.character);
    const last = this.lines[end.line].slice(end.character);
    const lines = (first + text + last).split('\n');
    // In place, and without as many arguments as a long paste has lines.
    this.lines.splice(start.line, end.line - start.line + 1, ...lines);
    const inserted = text.split('\n');
    const line = start.line + inserted.length - 1;
    const character = inserted.at(-1).length + (inserted.length === 1 ? start.character : 0);
    return {
      change: { range: { start, end }, text },
      undo: { start, end: { line, character }, text: removed },
    };
  }

  slice(start, end) {
    if (start.line === end.line) return this.lines[start.line].slice(start.character, end.character);
    return [
      this.lines[start.line].slice(start.character),
      ...this.lines.slice(start.line + 1, end.line),
      this.lines[end.line].slice(0, end.character),
    ].join('\n');
  }
}

/** Endless edits of a text, each of them made when it is drawn. */
export function* editsOf(text, random) {
  for (;;) {
    const kind = kindOf(random);
    for (const { start, end, insert } of strokesOf(kind, text, random)) {
      const { change, undo } = text.replace(start, end, insert);
      yield { kind, change };
      if (kind !== 'quote') yield { kind, change: text.replace(undo.start, undo.end, undo.text).change };
    }
  }
}

function kindOf(random) {
  let dice = random.next();
  for (const { kind, share } of MIX) {
    if (dice < share) return kind;
    dice -= share;
  }
  return 'value';
}

function strokesOf(kind, text, random) {
  switch (kind) {
    case 'value': {
      const { line, to } = valueIn(text, random);
      return [insertion(line, to, random.pick('abcdefghij0123456789-'))];
    }
    case 'line': {
      const { line, to } = valueIn(text, random);
      const character = random.chance(0.5) ? to : indentOf(text.lines[line]);
      return [insertion(line, character, random.chance(0.7) ? '\n' : '  ')];
    }
    case 'quote': {
      const { line, from, to } = valueIn(text, random);
      const [open, close] = random.pick(['""', '[]', '{}']);
      // Opened and closed, and then taken away again from behind.
      return [
        insertion(line, from, open),
        insertion(line, to + 1, close),
        { start: { line, character: to + 1 }, end: { line, character: to + 2 }, insert: '' },
        { start: { line, character: from }, end: { line, character: from + 1 }, insert: '' },
      ];
    }
    case 'marker':
      return [insertion(random.below(text.lines.length), 0, '---\n')];
    case 'paste': {
      const size = 2_000 + random.below(18_000);
      return [insertion(boundaryIn(text, random), 0, `---\n${streamOf(random, size)}`)];
    }
  }
}

function insertion(line, character, insert) {
  return { start: { line, character }, end: { line, character }, insert };
}

/** A line with a plain value, and where that value is. */
function valueIn({ lines }, random) {
  for (;;) {
    const line = random.below(lines.length);
    const found = /^[ -]*[\w./-]+: ([A-Za-z0-9][\w./:-]*)$/.exec(lines[line]);
    if (found !== null) return { line, from: lines[line].length - found[1].length, to: lines[line].length };
  }
}

function indentOf(line) {
  return line.length - line.trimStart().length;
}

/** A line at which a document starts, or the end. */
function boundaryIn({ lines }, random) {
  const from = random.below(lines.length);
  const found = lines.indexOf('---', from);
  return found < 0 ? lines.length - 1 : found;
}
