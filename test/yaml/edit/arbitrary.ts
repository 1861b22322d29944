/** Documents in layouts that people rarely write and YAML allows, and operations on whatever a document holds. */
import fc from 'fast-check';
import type { YamlOp, YamlValue } from '../../../shared/yaml/operation.ts';
import type { Path } from '../../../shared/yaml/tree.ts';
import { isList, isMap, type Plain } from '../../support/goYamlPlain.ts';

/** Draws numbers below a bound; the same seed draws the same ones. */
export type Draw = (below: number) => number;

/** A generator of small whole numbers (xorshift32), for choices that need not shrink one by one. */
export function drawFrom(seed: number): Draw {
  let state = (seed ^ 0x9e3779b9) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const KEYS = [
  'name',
  'image',
  'spec',
  'securityContext',
  'runAsUser',
  'capabilities',
  'drop',
  'volumes',
  'annotations',
  'a b',
  'x.y/z',
  'größe',
  'on',
  '1',
];

const TEXTS = [
  'app',
  'ALL',
  'all',
  'nginx:1.27',
  'a b',
  'a: b',
  '# no',
  'yes',
  '1000',
  '',
  '😀',
  "it's",
  'say "x"',
  'line one\nline two\n',
  'kept\n\n',
  'cut\n  deeper\nback',
];

/** A mapping, two to four levels deep. */
export function documentData(): fc.Arbitrary<Plain> {
  const scalar = fc.oneof(
    fc.constantFrom(...TEXTS),
    fc.constantFrom<Plain>(null, true, false, 0, 1000, 1.5, -1),
  );
  const { mapping } = fc.letrec<{ value: Plain; mapping: Plain; list: Plain }>((tie) => ({
    value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('mapping'), tie('list')),
    mapping: fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 5 }),
    list: fc.array(tie('value'), { maxLength: 4 }),
  }));
  return fc
    .dictionary(fc.constantFrom(...KEYS), mapping, { minKeys: 1, maxKeys: 4 })
    .map((data) => data as Plain);
}

/** Writes data as a document of random layout; seed 0 writes it plainly. */
export function render(data: Plain, seed: number): string {
  const writer = new Renderer(seed);
  return writer.document(data);
}

class Renderer {
  private readonly draw: Draw;
  private readonly isPlain: boolean;
  private readonly chance: { readonly comment: number; readonly blank: number; readonly flow: number };
  private anchors = 0;

  constructor(seed: number) {
    this.isPlain = seed === 0;
    this.draw = drawFrom(seed);
    const level = (): number => (this.isPlain ? 0 : ([0, 10, 35][this.draw(3)] as number));
    this.chance = { comment: level(), blank: level(), flow: level() };
  }

  private happens(percent: number): boolean {
    return !this.isPlain && this.draw(100) < percent;
  }

  document(data: Plain): string {
    const lines: string[] = [];
    if (this.happens(10)) lines.push('%YAML 1.2', '---');
    else if (this.happens(20)) lines.push(this.happens(50) ? '---' : '--- # start');
    const body = isMap(data) && Object.keys(data).length > 0 && !this.happens(12);
    if (body) lines.push(...this.mapping(data, 0));
    else lines.push(...this.flow(data, '').split('\n'));
    if (this.happens(10)) lines.push('...');
    let text = `${lines.join('\n')}\n`;
    // A literal that keeps its line breaks would keep one fewer.
    if (this.happens(15) && !text.endsWith('\n\n') && !text.includes('|+')) text = text.slice(0, -1);
    if (this.happens(15)) text = text.replaceAll('\n', '\r\n');
    return this.happens(10) ? `\ufeff${text}` : text;
  }

  private comment(): string {
    return `# ${['note', 'größe', 'x: y', '- z', '😀'][this.draw(5)]} ${this.draw(1000)}`;
  }

  private above(column: number, lines: string[]): void {
    if (this.happens(this.chance.blank)) lines.push(this.happens(20) ? '  ' : '');
    while (this.happens(this.chance.comment)) {
      lines.push(`${' '.repeat(column)}${this.comment()}`);
      if (this.happens(this.chance.blank)) lines.push('');
    }
  }

  private below(column: number, lines: string[]): void {
    while (this.happens(this.chance.comment)) {
      lines.push(`${' '.repeat(column + this.draw(3))}${this.comment()}`);
    }
  }

  private behind(): string {
    if (this.happens(this.chance.comment)) return `${' '.repeat(1 + this.draw(3))}${this.comment()}`;
    return this.happens(5) ? ' '.repeat(1 + this.draw(2)) : '';
  }

  private properties(data: Plain): string {
    if (this.happens(4)) return ` &a${this.anchors++}`;
    if (this.happens(4)) {
      if (isMap(data)) return ' !!map';
      if (isList(data)) return ' !!seq';
    }
    return '';
  }

  private mapping(data: Plain, column: number): string[] {
    const lines: string[] = [];
    const entries = Object.entries(data as Record<string, Plain>);
    const step = [2, 2, 2, 4, 1, 3][this.isPlain ? 0 : this.draw(6)] as number;
    const dash = this.isPlain ? 2 : ([0, 0, 2, step][this.draw(4)] as number);
    for (const [index, [key, value]] of entries.entries()) {
      if (index > 0 || column === 0) this.above(column, lines);
      this.entry(key, value, column, step, dash, lines);
    }
    this.below(column, lines);
    return lines;
  }

  private entry(
    key: string,
    value: Plain,
    column: number,
    step: number,
    dash: number,
    lines: string[],
  ): void {
    const head = `${' '.repeat(column)}${this.scalar(key)}:`;
    const isFull = isMap(value) ? Object.keys(value).length > 0 : isList(value) && value.length > 0;
    if (!isFull || this.happens(this.chance.flow)) {
      this.inline(head, value, column, step, lines);
      return;
    }
    lines.push(`${head}${this.properties(value)}${this.behind()}`);
    const inner = isMap(value) ? this.mapping(value, column + step) : this.list(value, column + dash);
    // Comments above the first key or dash belong to it.
    this.above(column + (isMap(value) ? step : dash), lines);
    lines.push(...inner);
  }

  private inline(head: string, value: Plain, column: number, step: number, lines: string[]): void {
    if (typeof value === 'string' && value.includes('\n') && this.happens(70)) {
      lines.push(...this.literal(head, value, column, step));
      return;
    }
    if (value === null && this.happens(60)) {
      lines.push(`${head}${this.happens(5) ? ` &a${this.anchors++}` : ''}${this.behind()}`);
      if (this.happens(this.chance.comment)) lines.push(`${' '.repeat(column + step)}${this.comment()}`);
      return;
    }
    const gap = this.happens(5) ? '\t' : ' '.repeat(this.happens(8) ? 2 : 1);
    const text = this.flow(value, ' '.repeat(column + step));
    lines.push(...`${head}${this.properties(value)}${gap}${text}${this.behind()}`.split('\n'));
  }

  private literal(head: string, value: string, column: number, step: number): string[] {
    const indent = ' '.repeat(column + step);
    const body = value.replace(/\n+$/, '').split('\n');
    const breaks = value.length - value.replace(/\n+$/, '').length;
    const mark = breaks === 0 ? '-' : breaks === 1 ? '' : '+';
    const lines = [`${head} |${mark}${this.happens(20) ? ` ${this.comment()}` : ''}`];
    for (const line of body) lines.push(line === '' ? '' : indent + line);
    for (let extra = 1; extra < breaks; extra++) lines.push('');
    return lines;
  }

  private list(data: Plain, column: number): string[] {
    const lines: string[] = [];
    const gap = this.happens(15) ? 2 + this.draw(2) : 1;
    for (const [index, item] of (data as readonly Plain[]).entries()) {
      if (index > 0) this.above(column, lines);
      const dash = `${' '.repeat(column)}-`;
      const isFull = isMap(item) ? Object.keys(item).length > 0 : isList(item) && item.length > 0;
      if (item === null && this.happens(60)) lines.push(dash + this.behind());
      else if (!isFull || this.happens(this.chance.flow)) {
        const text = this.flow(item, ' '.repeat(column + gap + 1));
        lines.push(...`${dash}${' '.repeat(gap)}${text}${this.behind()}`.split('\n'));
      } else {
        const inner = isMap(item) ? this.mapping(item, column + 1 + gap) : this.list(item, column + 1 + gap);
        if (this.happens(10)) lines.push(`${dash}${this.behind()}`, ...inner);
        else lines.push(`${dash}${' '.repeat(gap)}${(inner[0] ?? '').trimStart()}`, ...inner.slice(1));
      }
    }
    this.below(column, lines);
    return lines;
  }

  /** A value on one line, or between brackets on several, whose lines start with the indentation. */
  private flow(value: Plain, indent: string): string {
    if (!isMap(value) && !isList(value)) return this.scalar(value);
    const [open, close] = isMap(value) ? ['{', '}'] : ['[', ']'];
    const parts = isMap(value)
      ? Object.entries(value).map(
          ([key, inner]) => `${this.scalar(key, true)}: ${this.flow(inner, `${indent}  `)}`,
        )
      : (value as readonly Plain[]).map((item) => this.flow(item, `${indent}  `));
    if (parts.length === 0) return this.happens(5) ? `${open} ${close}` : open + close;
    if (this.happens(35)) {
      const trailing = this.happens(50) ? ',' : '';
      const rows = parts.map((part, index) => {
        const comma = index < parts.length - 1 ? ',' : trailing;
        const above = this.happens(this.chance.comment) ? `${indent}  ${this.comment()}\n` : '';
        return `${above}${indent}  ${part}${comma}${this.behind()}`;
      });
      return `${open}\n${rows.join('\n')}\n${indent}${close}`;
    }
    const space = this.happens(30) ? ' ' : '';
    const trailing = this.happens(8) ? ',' : '';
    return `${open}${space}${parts.join(', ')}${trailing}${space}${close}`;
  }

  private scalar(value: Plain, isKey = false): string {
    if (value === null) return ['null', '~'][this.draw(2)] as string;
    if (typeof value !== 'string') {
      if (value === false && this.happens(10)) return 'no';
      return String(value);
    }
    const isSafe = /^[A-Za-zäöüß/][A-Za-z0-9äöüß/:. ]*$/.test(value) && !/^(on|yes|null)$|: |:$/.test(value);
    if (isSafe && !this.happens(20)) return value;
    if (!value.includes('\n') && !isKey && this.happens(40)) return `'${value.replaceAll("'", "''")}'`;
    return JSON.stringify(value);
  }
}

const NEW_KEYS = ['allowPrivilegeEscalation', 'seccompProfile', 'resources', 'drop', 'name', 'on', 'new key'];

const NEW_VALUES: readonly YamlValue[] = [
  false,
  10001,
  'RuntimeDefault',
  'yes',
  'a: b',
  null,
  {},
  [],
  ['ALL'],
  { type: 'RuntimeDefault' },
  { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m' } },
  [{ name: 'tmp', emptyDir: {} }],
];

const ITEMS: readonly { readonly item: YamlValue; readonly key?: string }[] = [
  { item: 'ALL' },
  { item: 'no' },
  { item: { name: 'tmp', emptyDir: {} }, key: 'name' },
  { item: { name: 'app', image: 'x' }, key: 'name' },
];

/** Paths of everything that data holds, collections apart from the rest. */
interface Places {
  readonly mappings: Path[];
  readonly lists: Path[];
  readonly leaves: Path[];
}

function placesIn(data: Plain): Places {
  const places: Places = { mappings: [], lists: [], leaves: [] };
  const visit = (value: Plain, path: Path): void => {
    if (isMap(value)) {
      places.mappings.push(path);
      for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key]);
    } else if (isList(value)) {
      places.lists.push(path);
      for (const [index, item] of value.entries()) visit(item, [...path, index]);
    } else places.leaves.push(path);
  };
  visit(data, []);
  return places;
}

/** One to four operations on what the data holds, most of which can be true. */
export function drawOps(data: Plain, draw: Draw): readonly YamlOp[] {
  const places = placesIn(data);
  const pick = <T>(choices: readonly T[]): T | undefined => choices[draw(Math.max(choices.length, 1))];
  const ops: YamlOp[] = [];
  const count = 1 + draw(4);
  for (let n = 0; n < count; n++) {
    const mapping = pick(places.mappings) ?? [];
    const key = pick(NEW_KEYS) as string;
    const value = pick(NEW_VALUES) as YamlValue;
    const any = pick([...places.leaves, ...places.lists, ...places.mappings.slice(1)]);
    switch (draw(8)) {
      case 0:
        ops.push({ op: 'set', path: [...mapping, key], value });
        break;
      case 1:
        ops.push({ op: 'set', path: [...mapping, key, 'inner', 'deep'], value });
        break;
      case 2: {
        const leaf = pick(places.leaves);
        if (leaf !== undefined) ops.push({ op: 'set', path: leaf, value });
        break;
      }
      case 3:
      case 4: {
        const list = pick(places.lists) ?? [...mapping, key];
        ops.push({ op: 'ensureItem', path: list, ...(pick(ITEMS) as { item: YamlValue }) });
        break;
      }
      case 5:
      case 6:
        if (any !== undefined) ops.push({ op: 'remove', path: any, pruneEmpty: draw(3) });
        break;
      default: {
        const last = any?.at(-1);
        const to = [...mapping, draw(2) === 0 && typeof last === 'string' ? last : key];
        if (any === undefined || typeof last !== 'string' || to.join('\0') === any.join('\0')) break;
        ops.push({ op: 'move', from: any, to });
      }
    }
  }
  return ops;
}
