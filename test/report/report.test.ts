/** The report page: what stands in its rows, and that nothing in a manifest becomes markup. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PRACTICES } from '../../shared/practices/index.ts';
import { folderWith, podproof } from '../cli/commandLine.ts';
import { HARDENED, NO_CPU_LIMIT, PRIVILEGE, WRITABLE } from '../cli/manifests.ts';

async function reportOf(
  files: Readonly<Record<string, string>>,
  { more = [], env = {} }: { more?: readonly string[]; env?: Record<string, string> } = {},
): Promise<string> {
  const { stdout } = await podproof(['check', '--format', 'html', ...more, '.'], {
    cwd: folderWith(files),
    env,
  });
  return stdout;
}

/** Each row as text, with what is only for readers of the screen left out. */
function rowsIn(page: string): readonly string[] {
  const body = /<table class="workloads">[\s\S]*?<tbody>\n([\s\S]*?)\n<\/tbody>/.exec(page)?.[1] ?? '';
  return body.split('\n').map((row) =>
    row
      .replace(/<details>.*?<\/details>|<span class="apart">.*?<\/span>/g, '')
      .replace(/<\/th>|<\/td>|<br>/g, ' ')
      .replace(/<[^>]*>/g, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

describe('the report', () => {
  it('has workloads down, worst first, and practices across', async () => {
    const page = await reportOf({
      'a.yaml': HARDENED,
      'b.yaml': NO_CPU_LIMIT.replace('name: quiet', 'name: talks\n  namespace: shop'),
      'c.yaml': WRITABLE,
      'd.yaml': PRIVILEGE,
    });
    expect(rowsIn(page)).toEqual([
      'Pod quiet (no namespace) ./d.yaml:1 ✓ ✗ 1 ✓ ✓ ✓ ✓ ✓ ✓',
      'Pod quiet (no namespace) ./c.yaml:1 ✓ ✓ ✓ ✓ ✓ ✓ ✓ ▲ 1',
      'Pod talks shop ./b.yaml:1 ✓ ✓ ✓ ● 1 ✓ ✓ ✓ ✓',
      'Pod quiet (no namespace) ./a.yaml:1 ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓',
    ]);
    const heads = [
      ...page.matchAll(
        /<th scope="col" data-name="[^"]+"><a href="https:\/\/podproof\.dev\/practices\/([\w-]+)"/g,
      ),
    ];
    expect(heads.map(([, id]) => id)).toEqual(PRACTICES.map(({ id }) => id));
    expect(page).toMatch(
      '4 workloads in 4 files. 1 error, 1 warning, 1 information. 1 of 4 workloads miss nothing.',
    );
    expect(page).toMatch(/Read\u2011only root filesystem<\/a><\/th><td>1 of 4<\/td>/);
  });

  it('tells what is suppressed, known, off, and does not apply', async () => {
    const annotation = 'metadata:\n  annotations:\n    podproof/ignore: read-only-root-filesystem\n';
    const windows = 'spec:\n  os:\n    name: windows\n';
    const files = {
      'a.yaml': WRITABLE.replace('metadata:\n', annotation),
      'b.yaml': HARDENED.replace('spec:\n', windows),
      '.podproof.yaml': 'checks:\n  seccomp: off\n',
    };
    expect(rowsIn(await reportOf(files))).toEqual([
      'Pod quiet (no namespace) ./a.yaml:1 ✓ ✓ ✓ ✓ ✓ – ✓ (✓)',
      expect.stringMatching(/^Pod quiet \(no namespace\) \.\/b\.yaml:1 .*– .*✓/),
    ]);
    const cwd = folderWith({ 'a.yaml': WRITABLE });
    await podproof(['baseline', '.'], { cwd });
    const argv = ['check', '--format', 'html', '--baseline', '.podproof-baseline.json', '.'];
    const { exitCode, stdout } = await podproof(argv, { cwd });
    expect(exitCode).toBe(0);
    expect(rowsIn(stdout)).toEqual(['Pod quiet (no namespace) ./a.yaml:1 ✓ ✓ ✓ ✓ ✓ ✓ ✓ (✓)']);
  });

  it('leaves out what --quiet does not ask for', async () => {
    const page = await reportOf({ 'b.yaml': NO_CPU_LIMIT }, { more: ['--quiet'] });
    expect(rowsIn(page)).toEqual(['Pod quiet (no namespace) ./b.yaml:1 ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓']);
  });

  it('is whole without a workload, and tells what could not be read', async () => {
    const cwd = folderWith({ 'a.yaml': 'a: [1\n' });
    const { stdout } = await podproof(['check', '--format', 'html', 'a.yaml', 'b.yaml'], { cwd });
    expect(stdout).toMatch('There are no workloads there.');
    expect(stdout).toMatch('<li>b.yaml: no such file or folder</li>');
    expect(stdout).toMatch(/<li>a\.yaml: not valid YAML/);
  });

  it('makes no markup of what is in a manifest or a name', async () => {
    const evil = `"<img src=x onerror=alert(1)>&'\\""`;
    const page = await reportOf({
      "<b>'&.yaml": PRIVILEGE.replace('name: quiet', `name: ${evil}\n  namespace: ${evil}`).replace(
        'name: app',
        `name: ${evil}`,
      ),
    });
    expect(page).not.toMatch('<img');
    expect(page).not.toMatch('<b>');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<option value="&lt;img src=x onerror=alert\(1\)&gt;&amp;&#39;&quot;">/g)).toHaveLength(
      1,
    );
  });

  it('allows its own style and script and nothing else', async () => {
    const page = await reportOf({ 'a.yaml': PRIVILEGE });
    const policy =
      /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
    expect(policy).toMatch("default-src 'none'");
    for (const tag of ['style', 'script']) {
      const text = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? '';
      const hash = createHash('sha256').update(text).digest('base64');
      expect(policy).toContain(`${tag}-src 'sha256-${hash}'`);
    }
    expect(page).not.toMatch(/\sstyle=|\son\w+=|https?:\/\/(?!podproof\.dev)/);
  });
});

describe('its links lead', () => {
  const LINE = 24;

  it('to the place in VS Code', async () => {
    const cwd = folderWith({ 'k8s/my pod.yaml': PRIVILEGE });
    const { stdout } = await podproof(['check', '--format', 'html', '.'], { cwd });
    expect(stdout).toMatch(`href="vscode://file${cwd}/k8s/my%20pod.yaml:${LINE}:35"`);
  });

  it.each([
    [
      { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'shop/web', GITHUB_SHA: 'abc' },
      'https://github.com/shop/web/blob/abc/a.yaml#L24',
    ],
    [
      { CI_PROJECT_URL: 'https://gitlab.com/shop/web', CI_COMMIT_SHA: 'abc' },
      'https://gitlab.com/shop/web/-/blob/abc/a.yaml#L24',
    ],
  ])('in CI to the commit: %j', async (env, address) => {
    expect(await reportOf({ 'a.yaml': PRIVILEGE }, { env })).toMatch(`href="${address}"`);
  });

  it('nowhere for standard input', async () => {
    const { stdout } = await podproof(['check', '--format', 'html', '-'], { input: PRIVILEGE });
    expect(rowsIn(stdout)).toEqual(['Pod quiet (no namespace) -:1 ✓ ✗ 1 ✓ ✓ ✓ ✓ ✓ ✓']);
    expect(stdout).not.toMatch('vscode:');
  });
});
