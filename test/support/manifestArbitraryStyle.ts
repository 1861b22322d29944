/** The ways in which people write one and the same manifest, as values that shrink towards the plainest. */

import fc from 'fast-check';

export type DocumentFormat =
  /** Block style, with flow collections here and there. */
  | 'block'
  /** One flow mapping, over several lines or in one. */
  | 'flow'
  /** One flow mapping as KEP-5295 writes it: unquoted keys, quoted strings, trailing commas. */
  | 'kyaml'
  | 'json';

/** How a document is written. Every chance is of 100; every choice follows from the seed. */
export interface DocumentStyle {
  readonly format: DocumentFormat;
  readonly seed: number;
  /** Columns per level in block and flow style; 0 means that every mapping chooses for itself. */
  readonly indent: 0 | 2 | 4;
  /** Where `- ` stands in relation to its key. */
  readonly sequences: 'aligned' | 'indented' | 'mixed';
  /** `- name: x` in one line, or `-` by itself, or sometimes with more blanks than one. */
  readonly items: 'compact' | 'mixed';
  readonly comments: number;
  readonly blankLines: number;
  /** Strings and keys that are quoted without need. */
  readonly quotes: number;
  /** Collections in flow style inside block style. */
  readonly flow: number;
  /** Spellings that only YAML 1.1 knows: `yes`, `0x3e8`, `1_000`, `~`. */
  readonly exotic: number;
  readonly anchors: number;
  readonly tags: number;
  /** Blanks and tabs at line ends, and tabs after a colon. */
  readonly trailingBlanks: number;
  readonly jsonIndent: 0 | 2 | 4 | '\t';
}

export interface StreamStyle {
  /** One for each object, used in turn when there are more objects than styles. */
  readonly documents: readonly [DocumentStyle, ...DocumentStyle[]];
  readonly seed: number;
  readonly crlf: boolean;
  readonly byteOrderMark: boolean;
  readonly finalNewline: boolean;
  /** A `---` before the first document. */
  readonly leadingMarker: boolean;
  readonly directives: number;
  /** A `...` behind a document. */
  readonly documentEnds: number;
  /** Documents of comments alone. */
  readonly emptyDocuments: number;
}

/** What a test may fix; whatever is left out varies. */
export interface StyleOptions {
  readonly formats?: readonly DocumentFormat[];
  readonly fixed?: Partial<Omit<DocumentStyle, 'format'>>;
  readonly stream?: Partial<Omit<StreamStyle, 'documents'>>;
}

/** The style in which a formatter would leave a file. */
export const PLAIN_DOCUMENT_STYLE: DocumentStyle = {
  format: 'block',
  seed: 0,
  indent: 2,
  sequences: 'indented',
  items: 'compact',
  comments: 0,
  blankLines: 0,
  quotes: 0,
  flow: 0,
  exotic: 0,
  anchors: 0,
  tags: 0,
  trailingBlanks: 0,
  jsonIndent: 2,
};

export const PLAIN_STREAM_STYLE: StreamStyle = {
  documents: [PLAIN_DOCUMENT_STYLE],
  seed: 0,
  crlf: false,
  byteOrderMark: false,
  finalNewline: true,
  leadingMarker: false,
  directives: 0,
  documentEnds: 0,
  emptyDocuments: 0,
};

export function documentStyle({ formats, fixed }: StyleOptions = {}): fc.Arbitrary<DocumentStyle> {
  const format =
    formats === undefined
      ? fc.oneof(
          { weight: 6, arbitrary: fc.constant<DocumentFormat>('block') },
          { weight: 1, arbitrary: fc.constantFrom<DocumentFormat[]>('flow', 'kyaml', 'json') },
        )
      : fc.constantFrom(...formats);
  const style = fc.record({
    format,
    seed: fc.nat(),
    indent: fc.constantFrom<(0 | 2 | 4)[]>(2, 4, 0),
    sequences: fc.constantFrom<DocumentStyle['sequences'][]>('indented', 'aligned', 'mixed'),
    items: fc.constantFrom<DocumentStyle['items'][]>('compact', 'mixed'),
    comments: chance(20),
    blankLines: chance(10),
    quotes: chance(30),
    flow: chance(25),
    exotic: chance(60),
    anchors: chance(60),
    tags: chance(10),
    trailingBlanks: chance(15),
    jsonIndent: fc.constantFrom<DocumentStyle['jsonIndent'][]>(2, 4, '\t', 0),
  });
  return style.map((drawn) => ({ ...drawn, ...fixed }));
}

export function streamStyle(options: StyleOptions = {}): fc.Arbitrary<StreamStyle> {
  const style = fc.record({
    documents: fc
      .array(documentStyle(options), { minLength: 1, maxLength: 3 })
      .map(([first, ...others]): StreamStyle['documents'] => [first as DocumentStyle, ...others]),
    seed: fc.nat(),
    crlf: rarely(8),
    byteOrderMark: rarely(15),
    finalNewline: rarely(8).map((without) => !without),
    leadingMarker: fc.boolean(),
    directives: chance(20),
    documentEnds: chance(30),
    emptyDocuments: chance(15),
  });
  return style.map((drawn) => ({ ...drawn, ...options.stream }));
}

/** Half of the documents do without; the others have up to so many of 100. */
function chance(most: number): fc.Arbitrary<number> {
  return fc.oneof(fc.constant(0), fc.integer({ min: 1, max: most }));
}

/** True once in so many times. */
function rarely(times: number): fc.Arbitrary<boolean> {
  return fc.oneof(
    { weight: times - 1, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  );
}
