/** Hardening what is somebody else's: a base by a patch in its overlay, a chart by its values; from the palette to the written files. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { commands, type TextDocument, Uri, window, workspace } from 'vscode';
import {
  actionsAt,
  apply,
  barePod,
  closeEverything,
  diagnosticsWhen,
  rangeOf,
  untilFound,
  untilGone,
  workspaceFolder,
} from './editor.ts';

function writeAll(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

async function show(file: string): Promise<TextDocument> {
  return (await window.showTextDocument(Uri.file(file), { preview: false })).document;
}

/**
 * Runs a command that has the editor look for an action, and again for as long as nothing comes of it: an editor whose squiggles change
 * while it looks looks for others instead, and the squiggles have just changed.
 */
async function hardenBy(by: 'Patch' | 'Values', isDone: () => Promise<unknown>): Promise<void> {
  const run = (): void => {
    void commands.executeCommand(`podproof.hardenBy${by}`);
  };
  run();
  const again = setInterval(run, 10_000);
  try {
    await isDone();
  } finally {
    clearInterval(again);
  }
}

/** Saves what has been changed, shown or not. */
async function saveChanged(): Promise<void> {
  for (const document of workspace.textDocuments) if (document.isDirty) assert.ok(await document.save());
}

describe('a base', () => {
  afterEach(closeEverything);

  it('is hardened by a patch in its overlay, and is left as it is', async () => {
    const folder = path.join(workspaceFolder(), 'overlays');
    const text = barePod('elsewhere');
    writeAll(folder, {
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': text,
      'prod/kustomization.yaml': 'resources:\n  - ../base\npatches:\n  - path: seccomp.yaml\n',
      'prod/seccomp.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: elsewhere
spec:
  securityContext:
    seccompProfile:
      type: RuntimeDefault
`,
    });
    // A watcher may miss files in a folder that has just been made.
    await commands.executeCommand('podproof.restart');
    const document = await show(path.join(folder, 'base/web.yaml'));
    await untilFound(document, 'capabilities/not-dropped');
    // What the overlay has is not missed, once it is built.
    await untilGone(document, 'seccomp/missing');

    await hardenBy('Patch', () => diagnosticsWhen(document, 'none', (found) => found.length === 0));
    await saveChanged();
    assert.equal(document.getText(), text);
    assert.match(
      readFileSync(path.join(folder, 'prod/seccomp.yaml'), 'utf8'),
      /readOnlyRootFilesystem: true/,
    );
  });
});

describe('a chart', () => {
  afterEach(closeEverything);

  it('is hardened by its values from the palette and by the action, and its template is left as it is', async () => {
    const folder = path.join(workspaceFolder(), 'charts/exposed');
    const template = `apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.0.0
      {{- with .Values.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
`;
    writeAll(folder, {
      'Chart.yaml': 'apiVersion: v2\nname: exposed\nversion: 0.1.0\n',
      'values.yaml': '# Ours.\nsecurityContext: {}\n',
      'values-prod.yaml': '# Theirs.\n',
      'templates/pod.yaml': template,
    });
    const document = await show(path.join(folder, 'templates/pod.yaml'));
    await untilFound(document, 'privilege-escalation/not-denied');

    await hardenBy('Values', () => untilGone(document, 'privilege-escalation/not-denied'));
    // No value decides this.
    await untilFound(document, 'resources/memory-limit');
    await saveChanged();
    assert.equal(document.getText(), template);
    const values = readFileSync(path.join(folder, 'values.yaml'), 'utf8');
    assert.match(values, /^# Ours\.\nsecurityContext:\n(?: {2}.*\n)* {2}allowPrivilegeEscalation: false\n/);

    const other = await show(path.join(folder, 'values-prod.yaml'));
    writeFileSync(path.join(folder, 'values.yaml'), 'securityContext: {}\n');
    const kind = 'refactor.rewrite.podproof.harden.values';
    const [action] = await actionsAt(other, rangeOf(other, 'Theirs'), kind);
    assert.equal(action?.title, 'Harden the chart by values in values-prod.yaml');
    await apply(action);
    assert.match(
      other.getText(),
      /^# Theirs\.\nsecurityContext:\n(?: {2}.*\n)* {2}allowPrivilegeEscalation: false\n/,
    );
    assert.ok(await other.save());
  });
});
