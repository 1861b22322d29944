/** `podproof mcp`: what agents are answered, asked by the client of the official SDK. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Host } from '../../cli/host.ts';
import { mcpServer } from '../../cli/mcp.ts';
import { folderWith } from './commandLine.ts';
import { HARDENED, PRIVILEGE, WRITABLE } from './manifests.ts';

interface Answer {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
  readonly structuredContent?: Readonly<Record<string, unknown>>;
}

/** A client whose server runs in a folder with these files. */
async function agentIn(
  files: Readonly<Record<string, string>>,
  prepare?: (folder: string) => void,
): Promise<(tool: string, args: object) => Promise<Answer>> {
  const silent = { isTerminal: false, columns: undefined, write: async () => {} };
  const folder = folderWith(files);
  prepare?.(folder);
  const host: Host = {
    stdout: silent,
    stderr: silent,
    env: {},
    cwd: folder,
    isTypedInput: false,
    isOutput: () => false,
    now: () => 0,
    readInput: async () => new Uint8Array(),
  };
  const [here, there] = InMemoryTransport.createLinkedPair();
  const server = mcpServer(host);
  const client = new Client({ name: 'test', version: '1.0.0' });
  await Promise.all([server.connect(there), client.connect(here)]);
  onTestFinished(() => client.close());
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(['check_file', 'harden_workload', 'explain_finding']);
  expect(tools.every((tool) => tool.annotations?.readOnlyHint)).toBe(true);
  return async (name, args) => (await client.callTool({ name, arguments: { ...args } })) as unknown as Answer;
}

describe('check_file', () => {
  it('answers findings, as words and as data', async () => {
    const ask = await agentIn({ 'k8s/a.yaml': PRIVILEGE });
    const { content, structuredContent } = await ask('check_file', { path: 'k8s/a.yaml' });
    expect(content[0]?.text).toBe(
      'k8s/a.yaml: 1 workload, 1 finding.\n24:35 error Pod quiet: Container "app" allows privilege escalation; ' +
        'set allowPrivilegeEscalation to false. [privilege-escalation/allowed, fix to review]',
    );
    expect(structuredContent).toMatchObject({
      workloads: 1,
      findings: [{ code: 'privilege-escalation/allowed' }],
    });
  });

  it('takes a text, and the settings of the folder', async () => {
    const ask = await agentIn({
      'a.yaml': WRITABLE,
      '.podproof.yaml': 'checks:\n  read-only-root-filesystem: off\n',
    });
    expect((await ask('check_file', { path: 'a.yaml' })).structuredContent).toMatchObject({ findings: [] });
    expect((await ask('check_file', { text: HARDENED })).content[0]?.text).toMatch('Nothing is missed.');
  });

  it.each([
    [{}, 'Give either a path or a text.'],
    [{ path: 'a.yaml', text: '' }, 'Give either a path or a text.'],
    [{ path: '../../etc/passwd' }, '../../etc/passwd is not below the current folder'],
    [{ path: '/etc/passwd' }, '/etc/passwd is not below the current folder'],
    [{ path: '/etc/none' }, '/etc/none is not below the current folder'],
    [{ path: '.' }, '. is not below the current folder'],
    [{ path: 'none.yaml' }, 'There is no file none.yaml in the current folder'],
    [{ path: '..none.yaml' }, 'There is no file ..none.yaml in the current folder'],
    [{ path: 'none.yaml\0' }, 'There is no file'],
    [{ text: 'a: [1' }, 'is not valid YAML'],
  ])('says what is wrong with %j', async (args, problem) => {
    const answer = await (await agentIn({}))('check_file', args);
    expect(answer.isError).toBe(true);
    expect(answer.content[0]?.text).toMatch(problem);
  });
});

describe('what an agent reads', () => {
  it('is nothing but files below the folder, wherever links lead', async () => {
    const outside = path.join(folderWith({ 'secret.yaml': PRIVILEGE }), 'secret.yaml');
    const ask = await agentIn({ 'a.yaml': HARDENED }, (folder) => {
      symlinkSync(outside, path.join(folder, 'link.yaml'));
      mkdirSync(path.join(folder, 'folder.yaml'));
      if (process.platform !== 'win32') execFileSync('mkfifo', [path.join(folder, 'pipe.yaml')]);
    });
    for (const tool of ['check_file', 'harden_workload']) {
      const answer = await ask(tool, { path: 'link.yaml' });
      expect(answer.content[0]?.text).toMatch(/^link\.yaml is not below the current folder/);
      expect(JSON.stringify(answer)).not.toContain('quiet');
      expect((await ask(tool, { path: 'folder.yaml' })).isError).toBe(true);
      if (process.platform !== 'win32') expect((await ask(tool, { path: 'pipe.yaml' })).isError).toBe(true);
    }
  });

  it('may be long', async () => {
    const ask = await agentIn({ 'many.yaml': `${HARDENED}---\n`.repeat(400) + PRIVILEGE });
    const { structuredContent } = await ask('check_file', { path: 'many.yaml' });
    expect(structuredContent).toMatchObject({ workloads: 401, findings: [{}] });
  });

  it('is a template together with its chart, which is hardened as a whole and not here', async () => {
    const ask = await agentIn({
      'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
      'chart/values.yaml': 'escalates: true\n',
      'chart/templates/pod.yaml': PRIVILEGE.replace(
        'allowPrivilegeEscalation: true',
        'allowPrivilegeEscalation: {{ .Values.escalates }}',
      ),
    });
    const answer = await ask('check_file', { path: 'chart/templates/pod.yaml' });
    expect(answer.structuredContent).toMatchObject({ findings: [{ code: 'privilege-escalation/allowed' }] });
    expect(answer.content[0]?.text).not.toMatch('not known');
    const refusal = await ask('harden_workload', { path: 'chart/templates/pod.yaml' });
    expect(refusal.isError).toBe(true);
    expect(refusal.content[0]?.text).toMatch('podproof fix --diff');
  });
});

describe('harden_workload', () => {
  const two = `${PRIVILEGE}---\n${WRITABLE.replace('name: quiet', 'name: other')}`;

  it('answers the whole text hardened, with a diff, and writes nothing', async () => {
    const ask = await agentIn({ 'a.yaml': PRIVILEGE });
    const { content, structuredContent } = await ask('harden_workload', { path: 'a.yaml' });
    expect(structuredContent).toMatchObject({ text: HARDENED, fixed: 1, remaining: 0 });
    expect(content[0]?.text).toMatch('1 of 1 finding fixed in a.yaml; nothing is written yet.');
    expect(content[0]?.text).toMatch(
      '-        allowPrivilegeEscalation: true\n+        allowPrivilegeEscalation: false',
    );
    expect((await ask('check_file', { path: 'a.yaml' })).structuredContent).toMatchObject({ findings: [{}] });
  });

  it('hardens one workload and leaves the others', async () => {
    const answer = await (await agentIn({}))('harden_workload', { text: two, kind: 'Pod', name: 'quiet' });
    expect(answer.structuredContent).toMatchObject({ text: two.replace(PRIVILEGE, HARDENED), fixed: 1 });
  });

  it('says that there is no such workload', async () => {
    const ask = await agentIn({});
    const nobody = await ask('harden_workload', { text: two, name: 'nobody' });
    expect(nobody.isError).toBe(true);
    expect(nobody.content[0]?.text).toBe(
      'There is no such workload in manifest.yaml. It holds: Pod quiet, Pod other.',
    );
    const hardened = await ask('harden_workload', { text: HARDENED, name: 'quiet' });
    expect(hardened.content[0]?.text).toBe('That workload in manifest.yaml misses nothing.');
    const broken = await ask('harden_workload', { text: 'a: [1' });
    expect(broken.content[0]?.text).toMatch('There is no workload in manifest.yaml');
  });

  it('tells what it leaves for a person to decide', async () => {
    const text = HARDENED.replace('allowPrivilegeEscalation: false', 'privileged: true');
    const answer = await (await agentIn({}))('harden_workload', { text });
    expect(answer.content[0]?.text).toMatch(
      /Left, for a person to decide:\n.*privilege-escalation\/privileged/,
    );
  });

  it('makes only safe fixes where asked to', async () => {
    const text = PRIVILEGE.replace('- ALL', '- all');
    const answer = await (await agentIn({}))('harden_workload', { text, safe_only: true });
    expect(answer.structuredContent).toMatchObject({ text: PRIVILEGE, fixed: 1, remaining: 1 });
  });
});

describe('explain_finding', () => {
  it('explains a check and its practice', async () => {
    const answer = await (await agentIn({}))('explain_finding', { code: 'seccomp/missing' });
    expect(answer.content[0]?.text).toMatch(/^seccomp\/missing \(warning\): .*\n\n# No seccomp profile\n/);
    expect(answer.content[0]?.text).toMatch('## What may break');
  });

  it.each([
    ['secomp', 'There is no practice "secomp". There are: security-context, '],
    ['seccomp/nothing', 'There is no check "seccomp/nothing". There are: seccomp/missing, '],
  ])('says that there is no %s', async (code, problem) => {
    const answer = await (await agentIn({}))('explain_finding', { code });
    expect(answer.isError).toBe(true);
    expect(answer.content[0]?.text).toMatch(problem);
  });
});
