/** "Check This Chart with Helm": what only the rendering shows is listed beside what the template says, and until the chart changes. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { commands, type Diagnostic, Uri, window } from 'vscode';
import { closeEverything, codeOf, diagnosticsWhen, replace, workspaceFolder } from './editor.ts';

const TEMPLATE = `apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
spec:
  containers:
    - name: web
      image: registry.example.com/web:1.0.0
`;

/** As the template, with a container that something else added. */
const RENDERED = `---
# Source: web/templates/pod.yaml
${TEMPLATE.replace('{{ .Release.Name }}', 'release-name')}    - name: added
      image: registry.example.com/added:1.0.0
      securityContext:
        privileged: true
`;

const ofHelm = ({ source }: Diagnostic): boolean => source === 'podproof helm';

describe('a chart checked with Helm', () => {
  const PATH = process.env.PATH ?? '';
  let chart: string;

  before(async () => {
    chart = path.join(workspaceFolder(), 'charts/web');
    const programs = path.join(workspaceFolder(), '../programs');
    for (const folder of [path.join(chart, 'templates'), programs]) mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: web\nversion: 0.1.0\n');
    writeFileSync(path.join(chart, 'values.yaml'), '');
    writeFileSync(path.join(chart, 'templates/pod.yaml'), TEMPLATE);
    writeFileSync(path.join(programs, 'rendered.yaml'), RENDERED);
    const helm = path.join(programs, 'helm');
    writeFileSync(helm, `#!/bin/sh\ncat '${programs}/rendered.yaml'\n`);
    chmodSync(helm, 0o755);
    // A server takes over what its host has when it starts.
    process.env.PATH = `${programs}${path.delimiter}${PATH}`;
    await commands.executeCommand('podproof.restart');
  });
  afterEach(closeEverything);
  after(async () => {
    process.env.PATH = PATH;
    await commands.executeCommand('podproof.restart');
  });

  it('lists what only the rendering has, nothing twice, until the next edit', async () => {
    const editor = await window.showTextDocument(Uri.file(path.join(chart, 'templates/pod.yaml')));
    const own = await diagnosticsWhen(editor.document, 'its own', (found) => found.length > 3);
    assert.ok(!own.some(ofHelm), 'nothing is rendered unasked');

    // It ends when its message is dismissed.
    void commands.executeCommand('podproof.checkChartWithHelm');
    const all = await diagnosticsWhen(editor.document, 'those of Helm', (found) => found.some(ofHelm));
    assert.deepEqual(all.filter((one) => !ofHelm(one)).map(codeOf), own.map(codeOf));
    const rendered = all.filter(ofHelm);
    assert.ok(rendered.some((one) => codeOf(one) === 'privilege-escalation/privileged'));
    const places = new Set(own.map((one) => `${codeOf(one)} ${one.range.start.line}`));
    for (const one of rendered)
      assert.ok(!places.has(`${codeOf(one)} ${one.range.start.line}`), `${codeOf(one)} is there once`);

    await replace(editor, 'web:1.0.0', 'web:1.0.1');
    await diagnosticsWhen(editor.document, 'none of Helm', (found) => !found.some(ofHelm));
  });
});
