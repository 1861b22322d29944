/** `podproof fix --values`: a chart hardened by its values, in one values file. */
import { describe, expect, test } from 'vitest';
import { CREATED, type Files } from '../helm/charts.ts';
import { contentOf, folderWith, podproof } from './commandLine.ts';

function inFolder(files: Files): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`shop/${path}`, text]));
}

describe('podproof fix --values', () => {
  test('writes what the values decide into a file of its own, and says what they do not', async () => {
    const folder = folderWith(inFolder(CREATED));
    const { exitCode, stderr } = await podproof(['fix', '--values', 'hardened.yaml', 'shop'], {
      cwd: folder,
    });
    expect(exitCode).toBe(0);
    expect(contentOf(folder, 'hardened.yaml')).toBe(`serviceAccount:
  automount: false
securityContext:
  allowPrivilegeEscalation: false
  capabilities:
    drop:
      - ALL
podSecurityContext:
  runAsUser: 101
  sysctls:
    - name: net.ipv4.ip_unprivileged_port_start
      value: "80"
  runAsGroup: 101
  seccompProfile:
    type: RuntimeDefault
  runAsNonRoot: true
resources:
  requests:
    cpu: 100m
    memory: 128Mi
  limits:
    cpu: 500m
    memory: 256Mi
`);
    // The image writes to folders that need volumes, which this chart does not take from its values.
    expect(stderr).toBe(
      'podproof: shop/templates/deployment.yaml:20:17: read-only-root-filesystem/writable is left as it is: ' +
        'no value of the chart decides it\n' +
        'hardened.yaml: written\nshop: 12 of 13 findings fixed; 1 left.\n',
    );
    for (const [path, text] of Object.entries(CREATED)) expect(contentOf(folder, `shop/${path}`)).toBe(text);
  });

  test('extends the file that is there, and finds nothing more the second time', async () => {
    const folder = folderWith({
      ...inFolder(CREATED),
      'prod.yaml': '# Ours.\nresources:\n  limits: {cpu: 2}\n',
    });
    const run = () => podproof(['fix', '-f', 'prod.yaml', 'shop'], { cwd: folder });
    expect((await run()).stderr).toContain('10 of 11 findings fixed');
    const written = contentOf(folder, 'prod.yaml');
    expect(written).toMatch(/^# Ours\.\nresources:\n/);
    expect(written).toContain('limits: {cpu: 2');
    expect((await run()).stderr).toContain('shop: nothing that its values could fix; 1 left.\n');
    expect(contentOf(folder, 'prod.yaml')).toBe(written);
  });

  test('writes the values of the chart itself where these are named', async () => {
    const folder = folderWith(inFolder(CREATED));
    const args = ['fix', '--diff', '--values', 'shop/values.yaml', 'shop'];
    const { stdout, stderr } = await podproof(args, { cwd: folder });
    expect(stdout).toContain('+++ b/shop/values.yaml\n');
    expect(stdout).toContain('-  automount: true\n+  automount: false\n');
    expect(stderr).toContain('shop: 12 of 13 findings would be fixed; 1 left.\n');
    expect(contentOf(folder, 'shop/values.yaml')).toBe(CREATED['values.yaml']);
  });

  test('reaches a subchart through the values of its parent', async () => {
    const parent = { 'Chart.yaml': 'apiVersion: v2\nname: mall\nversion: 0.1.0\n', 'values.yaml': '' };
    const inner = Object.entries(CREATED).map(([path, text]) => [`charts/shop/${path}`, text] as const);
    const folder = folderWith(inFolder({ ...parent, ...Object.fromEntries(inner) }));
    await podproof(['fix', '--values', 'v.yaml', 'shop'], { cwd: folder });
    expect(contentOf(folder, 'v.yaml')).toMatch(/^shop:\n {2}serviceAccount:\n {4}automount: false\n/);
  });

  test('writes a list as a whole, since Helm replaces lists', async () => {
    const folder = folderWith({
      'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 0.1.0\n',
      'c/values.yaml':
        'containers:\n  - name: a\n    image: example.com/a:1\n  - name: b\n    image: example.com/b:1\n',
      'c/templates/pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: c
spec:
  containers:
    {{- toYaml .Values.containers | nindent 4 }}
`,
    });
    await podproof(['fix', '--values', 'v.yaml', 'c'], { cwd: folder });
    const written = contentOf(folder, 'v.yaml');
    expect(written).toContain('  - name: a\n    image: example.com/a:1\n');
    expect(written).toContain('  - name: b\n    image: example.com/b:1\n');
    expect(written.match(/allowPrivilegeEscalation: false/g)).toHaveLength(2);
  });

  test('says what is no chart, and takes one', async () => {
    const folder = folderWith({ 'a.yaml': '' });
    const run = async (...args: string[]) => (await podproof(args, { cwd: folder })).stderr;
    expect(await run('fix', '--values', 'v.yaml', '.')).toBe('podproof: .: no chart: it has no Chart.yaml\n');
    expect(await run('fix', '--values', 'v.yaml', 'a', 'b')).toContain('--values takes one chart');
    expect(await run('fix', '--values', 'v.yaml', '--patch', 'a')).toContain('exclude each other');
  });
});
