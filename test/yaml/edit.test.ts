/** Runs the edit engine's specs: Markdown files in `edit/`, each case a document, operations and the text that comes of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../shared/text/textEdit.ts';
import { editDocument } from '../../shared/yaml/edit.ts';
import { parseDocument } from '../../shared/yaml/parse.ts';
import { kubernetesOrder } from './edit/keyOrder.ts';
import { readOps, readSpecs, type Spec } from './edit/specs.ts';

const folder = new URL('./edit/', import.meta.url);

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  const specs = readSpecs(readFileSync(new URL(file, folder), 'utf8'));
  describe(file.replace('.md', ''), () => {
    test('has cases', () => expect(specs.length).toBeGreaterThan(0));
    for (const spec of specs) test(spec.title, () => check(spec));
  });
}

function check(spec: Spec): void {
  const ops = readOps(spec.ops);
  const before = parseDocument(spec.before);
  const result = editDocument(before, ops, { keyOrder: kubernetesOrder });
  if (spec.declined !== undefined) {
    expect(result.ok ? applyEdits(spec.before, result.edits) : `declined: ${result.reason}`).toBe(
      `declined: ${spec.declined}`,
    );
    return;
  }
  if (!result.ok) throw new Error(`Declined: ${result.reason}`);
  const after = applyEdits(spec.before, result.edits);
  expect(after).toBe(spec.after);
  if (ops.some(({ op }) => op === 'remove')) return;
  const again = editDocument(parseDocument(after), ops, { keyOrder: kubernetesOrder });
  expect(again, 'a second application changes nothing').toEqual({ ok: true, edits: [] });
}
