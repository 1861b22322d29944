/** What other files of a run say about a pod counts, in whatever order they come. */
import { describe, expect, it } from 'vitest';
import { contentOf, folderWith, podproof } from './commandLine.ts';
import { HARDENED } from './manifests.ts';

const MOUNTED = HARDENED.replace(/^ *automountServiceAccountToken: false\n/m, '')
  .replace(/^( *)name: .*\n/m, '$&$1namespace: shop\n')
  .replace(/^( *)containers:/m, '$1serviceAccountName: web\n$1containers:');

function account(automount: boolean): string {
  return `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\nautomountServiceAccountToken: ${automount}\n`;
}

const ADMIN = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web-admin}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
`;

async function codes(
  files: Readonly<Record<string, string>>,
  ...paths: string[]
): Promise<readonly string[]> {
  const { stdout } = await podproof(['check', '--format', 'json', ...paths], { cwd: folderWith(files) });
  return (JSON.parse(stdout) as { findings: { code: string }[] }).findings.map(({ code }) => code);
}

describe('another file', () => {
  it.each(['a.yaml', 'z.yaml'])('settles a finding from %s', async (name) => {
    expect(await codes({ 'm.yaml': MOUNTED, [name]: account(false) }, '.')).toEqual([]);
    expect(await codes({ 'm.yaml': MOUNTED, [name]: account(true) }, '.')).toEqual([
      'service-account-token/mounted',
    ]);
  });

  it('that is not among the paths says nothing', async () => {
    expect(await codes({ 'm.yaml': MOUNTED, 'a.yaml': account(false) }, 'm.yaml')).toEqual([
      'service-account-token/mounted',
    ]);
  });

  it('with a binding is named, and the token that is used stays mounted', async () => {
    const cwd = folderWith({ 'm.yaml': MOUNTED, 'rbac.yaml': ADMIN });
    const { stdout } = await podproof(['check', '.'], { cwd });
    expect(stdout).toContain('can do everything in the whole cluster');
    await podproof(['fix', '.'], { cwd });
    expect(contentOf(cwd, 'm.yaml')).toBe(MOUNTED);
  });
});
