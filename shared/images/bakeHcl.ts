/** Bake files in HCL: the targets that they name, as far as they are written out. */

/** A target with its fields: the texts of a string or of a list of strings; undefined for what is not written out, such as a variable. */
export interface BakeTarget {
  readonly name: string;
  readonly fields: ReadonlyMap<string, readonly string[] | undefined>;
}

/** The plain `target` blocks of a text; none where the text is not understood in full. Total, in time linear in its length. */
export function targetsInHcl(text: string): readonly BakeTarget[] {
  const tokens = tokensOf(text);
  if (tokens === undefined) return [];
  const targets: BakeTarget[] = [];
  let depth = 0;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    const [label, brace] = [tokens[index + 1], tokens[index + 2]];
    const isTarget = depth === 0 && token.kind === 'word' && token.text === 'target';
    if (isTarget && label?.kind === 'string' && isMark(brace, '{')) {
      const body = bodyFrom(tokens, index + 3);
      if (body === undefined) return [];
      targets.push({ name: label.text, fields: body.fields });
      index = body.end;
    } else depth += nestingOf(token);
    if (depth < 0) return [];
  }
  return depth === 0 ? targets : [];
}

/** A string is one without templates and escapes; a text is one with them. */
interface Token {
  readonly kind: 'string' | 'text' | 'word' | 'mark' | 'newline';
  readonly text: string;
}

function isMark(token: Token | undefined, mark: string): boolean {
  return token?.kind === 'mark' && token.text === mark;
}

function nestingOf(token: Token | undefined): number {
  if (token?.kind !== 'mark') return 0;
  return '{[('.includes(token.text) ? 1 : '}])'.includes(token.text) ? -1 : 0;
}

/** The fields of a block, and the place of the brace that closes it; undefined where none does. */
function bodyFrom(
  tokens: readonly Token[],
  start: number,
): { readonly fields: BakeTarget['fields']; readonly end: number } | undefined {
  const fields = new Map<string, readonly string[] | undefined>();
  let index = start;
  while (index < tokens.length) {
    const token = tokens[index];
    if (isMark(token, '}')) return { fields, end: index };
    if (token?.kind === 'newline') {
      index++;
      continue;
    }
    if (token?.kind !== 'word') return undefined;
    const isValue = isMark(tokens[index + 1], '=');
    const first = index + (isValue ? 2 : 1);
    const end = statementEnd(tokens, first);
    const texts = isValue && !fields.has(token.text) ? literal(tokens.slice(first, end)) : undefined;
    fields.set(token.text, texts);
    index = end;
  }
  return undefined;
}

/** Where a statement is over: at the end of its line, or at the brace that closes what it stands in. */
function statementEnd(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let index = start; index < tokens.length; index++) {
    const token = tokens[index];
    if (depth === 0 && (token?.kind === 'newline' || isMark(token, '}'))) return index;
    depth += nestingOf(token);
  }
  return tokens.length;
}

function literal(value: readonly Token[]): readonly string[] | undefined {
  const [first] = value;
  if (value.length === 1) return first?.kind === 'string' ? [first.text] : undefined;
  if (!isMark(first, '[') || !isMark(value.at(-1), ']')) return undefined;
  const inner = value.slice(1, -1).filter((token) => token.kind !== 'newline');
  const isList = inner.every((token, at) => (at % 2 === 0 ? token.kind === 'string' : isMark(token, ',')));
  return isList ? inner.flatMap(({ kind, text }) => (kind === 'string' ? [text] : [])) : undefined;
}

/** Undefined where a text of several lines, or a template with quotes in it, makes the rest uncertain. */
function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\n') {
      tokens.push({ kind: 'newline', text: char });
      at++;
    } else if (char === ' ' || char === '\t' || char === '\r' || char === '\ufeff') at++;
    else if (char === '#' || text.startsWith('//', at)) at = ending(text, '\n', at);
    else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) return undefined;
      at = end + 2;
    } else if (text.startsWith('<<', at)) return undefined;
    else if (char === '"') {
      const end = quoteAfter(text, at + 1);
      const content = end === undefined ? undefined : text.slice(at + 1, end);
      if (end === undefined || content === undefined) return undefined;
      const isTemplate = content.includes('${') || content.includes('%{');
      if (isTemplate && content.split('{').length !== content.split('}').length) return undefined;
      tokens.push({ kind: isTemplate || content.includes('\\') ? 'text' : 'string', text: content });
      at = end + 1;
    } else {
      const end = wordEnd(text, at);
      if (end > at) tokens.push({ kind: 'word', text: text.slice(at, end) });
      else tokens.push({ kind: 'mark', text: char });
      at = Math.max(end, at + 1);
    }
  }
  return tokens;
}

function ending(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end;
}

/** The quote that ends a string; undefined where its line ends first. */
function quoteAfter(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') return at;
    if (char === '\n') return undefined;
    if (char === '\\') at++;
  }
  return undefined;
}

function wordEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && /[\w-]/.test(text.charAt(end))) end++;
  return end;
}
