/** Reads the edit engine's specs out of Markdown. */
import type { YamlOp } from '../../../shared/yaml/operation.ts';
import type { Path } from '../../../shared/yaml/tree.ts';

/** One case: a heading, then the fenced blocks of the document, the operations, and what comes of them. */
export interface Spec {
  readonly title: string;
  readonly before: string;
  readonly ops: string;
  readonly after?: string;
  readonly declined?: string;
}

/**
 * Every `##` heading starts a case. Its first fenced block is the document, the one called `ops` the operations, and the
 * last the result, which is either text or one line `declined: why`. In text `␣` is a space at a line's end and `→` a tab.
 * Words behind a fence's language change its text: `crlf` ends lines so, `bom` puts a byte order mark first, `cut` drops
 * the last line break. The result takes the document's words.
 */
export function readSpecs(markdown: string): readonly Spec[] {
  const specs: Spec[] = [];
  for (const section of markdown.split(/^## /m).slice(1)) {
    const title = section.slice(0, section.indexOf('\n')).trim();
    const blocks = [...section.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)].map(
      ([, name = '', words = '', text = '']) => ({ name, words: words.trim().split(' '), text }),
    );
    const [before, ops, result, ...others] = blocks;
    if (before === undefined || ops?.name !== 'ops' || result === undefined || others.length > 0) {
      throw new Error(`The case "${title}" needs a document, ops and a result.`);
    }
    const words = result.words.includes('as-written') ? result.words : before.words;
    const declined = /^declined: (.*)\n$/.exec(result.text)?.[1];
    const common = { title, before: written(before.text, before.words), ops: ops.text };
    specs.push(
      declined === undefined ? { ...common, after: written(result.text, words) } : { ...common, declined },
    );
  }
  return specs;
}

function written(text: string, words: readonly string[]): string {
  let result = text.replaceAll('␣', ' ').replaceAll('→', '\t');
  if (words.includes('cut')) result = result.slice(0, -1);
  if (words.includes('crlf')) result = result.replaceAll('\n', '\r\n');
  return words.includes('bom') ? `\ufeff${result}` : result;
}

/** Operations as JSON; a path may be written with dots, its numbers being indices. */
export function readOps(json: string): readonly YamlOp[] {
  const ops: unknown[] = JSON.parse(json);
  return ops.map((op) => {
    const fields = { ...(op as Record<string, unknown>) };
    for (const name of ['path', 'from', 'to']) {
      const path = fields[name];
      if (typeof path === 'string') fields[name] = readPath(path);
    }
    return fields as unknown as YamlOp;
  });
}

function readPath(path: string): Path {
  return path.split('.').map((segment) => (/^[0-9]+$/.test(segment) ? Number(segment) : segment));
}
