/** `podproof check` as a person reads it. */
import { describe, expect, it } from 'vitest';
import { folderWith, podproof } from './commandLine.ts';
import { HARDENED, NO_CPU_LIMIT, PRIVILEGE, WRITABLE } from './manifests.ts';

describe('the text format', () => {
  it('shows each place once, with its line and carets, and what is said of it', async () => {
    const cwd = folderWith({
      'shop/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    spec:
      automountServiceAccountToken: true # calls the API
      securityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001 }
      containers:
        - name: web
          image: registry.example/web:1
          resources:
            limits: { cpu: 500m, memory: 256Mi }
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: { drop: [ALL] }
`,
    });
    const { exitCode, stdout, stderr } = await podproof(['check', 'shop'], { cwd });
    expect(stdout).toBe(`shop/web.yaml:9:37  Deployment shop/web
9 |       automountServiceAccountToken: true # calls the API
  |                                     ^^^^
    warning: The pod mounts its ServiceAccount's token; set automountServiceAccountToken to false unless its programs call the Kubernetes API. [service-account-token/mounted]

shop/web.yaml:16:11  Deployment shop/web, container web
16 |           securityContext:
   |           ^^^^^^^^^^^^^^^
     warning: Container "web" has no seccomp profile, so its system calls are not filtered; set the type RuntimeDefault. [seccomp/missing]
     warning: Container "web" has a writable root filesystem; set readOnlyRootFilesystem to true. [read-only-root-filesystem/writable]

3 warnings (1 file, 1 workload).
"podproof fix" can repair them; "podproof fix --diff" shows how.
`);
    expect(stderr).toBe('');
    expect(exitCode).toBe(1);
  });

  it('says so where nothing is missing', async () => {
    const cwd = folderWith({ 'a.yaml': HARDENED, 'b.yaml': 'kind: ConfigMap\napiVersion: v1\n' });
    const { exitCode, stdout } = await podproof(['check', '.'], { cwd });
    expect(stdout).toBe('No findings (2 files, 1 workload).\n');
    expect(exitCode).toBe(0);
  });

  it('says so where there is nothing to read', async () => {
    const cwd = folderWith({ 'notes.txt': 'hello' });
    const { exitCode, stdout } = await podproof(['check', '.'], { cwd });
    expect(stdout).toBe('No .yaml, .yml or .json files there.\n');
    expect(exitCode).toBe(0);
  });

  it('counts templates, of which a part is not known', async () => {
    const cwd = folderWith({
      'a.yaml': `${HARDENED}---\nkind: Pod\nmetadata: { name: {{ .Release.Name }} }\n`,
    });
    const { exitCode, stdout, stderr } = await podproof(['check', 'a.yaml'], { cwd });
    expect(stdout).toBe(
      'No findings (1 file, 1 workload).\n1 document is a template: what {{ }} decides is not known before it is rendered.\n',
    );
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it('says what cannot be repaired', async () => {
    const cwd = folderWith({
      'a.yaml': WRITABLE.replace('drop:', 'add: [NET_ADMIN]\n          drop:'),
    });
    const { stdout } = await podproof(['check', 'a.yaml'], { cwd });
    expect(stdout).toMatch('1 error, 1 warning (1 file, 1 workload).\n');
    expect(stdout).toMatch('"podproof fix" can repair 1 of them; "podproof fix --diff" shows how.\n');
  });
});

/** The line of the manifest and the line of carets, of the only place that a text gives. */
async function pictureOf(text: string, columns?: number): Promise<readonly (string | undefined)[]> {
  const { stdout } = await podproof(['check', '-'], {
    input: text,
    ...(columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } }),
  });
  const [, line, carets] = stdout.split('\n');
  return [line, carets];
}

describe('carets stand under what they mean', () => {
  const inFlow = (before: string): string =>
    PRIVILEGE.replace(
      / {6}securityContext:\n[\s\S]*$/,
      `      securityContext: { ${before}capabilities: { drop: [ALL] }, readOnlyRootFilesystem: true, allowPrivilegeEscalation: true }\n`,
    );

  it('behind wide characters', async () => {
    const [line, carets] = await pictureOf(inFlow('"\u{1F512}鍵é": 1, '));
    expect(line).toMatch('"\u{1F512}鍵é": 1, capabilities');
    const before = line?.slice(0, line.indexOf('true }')) ?? '';
    // Two characters take two cells each; the emoji is two code units already, the ideograph is one.
    expect(carets).toBe(`   |${' '.repeat(before.length - 4 + 1)}^^^^`);
  });

  it('behind tabs', async () => {
    const [line, carets] = await pictureOf(inFlow('\t\t'));
    expect(line).toMatch('{     capabilities');
    expect(carets?.length).toBe((line?.indexOf('true }') ?? 0) + 4);
  });

  it('in a line that is cut to fit', async () => {
    const [line, carets] = await pictureOf(inFlow(''), 60);
    expect(line).toBe('23 | …stem: true, allowPrivilegeEscalation: true }');
    expect(carets).toBe(`   |${' '.repeat(40)}^^^^`);
    expect(carets?.indexOf('^')).toBe(line?.indexOf('true }'));
  });

  it('in one long line with everything, as programs write JSON', async () => {
    const pod = '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"web","image":"web:1"}]}}';
    const list = `{"apiVersion":"v1","kind":"List","items":[${Array(1000).fill(pod).join(',')}]}`;
    const { stdout } = await podproof(['check', '-'], { cwd: '/', input: list });
    const lines = stdout.split('\n').filter((line) => line.startsWith('1 |'));
    expect(lines.length).toBeGreaterThanOrEqual(1000);
    expect(lines.every((line) => line.length <= 200)).toBe(true);
  });

  it('under a line that ends in a carriage return', async () => {
    const [line, carets] = await pictureOf(PRIVILEGE.replaceAll('\n', '\r\n'));
    expect(line).toBe('24 |         allowPrivilegeEscalation: true');
    expect(carets).toBe('   |                                   ^^^^');
  });
});

describe('colors', () => {
  const cwd = '/';
  const ESCAPE = '\u001b[';

  it('are used on a terminal', async () => {
    const { stdout } = await podproof(['check', '-'], { cwd, input: PRIVILEGE, columns: 80 });
    expect(stdout).toMatch(`${ESCAPE}1m${ESCAPE}31merror:${ESCAPE}39m${ESCAPE}22m Container`);
  });

  it.each([
    ['elsewhere', {}],
    ['where NO_COLOR is set', { columns: 80, env: { NO_COLOR: '1' } }],
    ['where FORCE_COLOR is 0', { columns: 80, env: { FORCE_COLOR: '0' } }],
    ['on a terminal that knows none', { columns: 80, env: { TERM: 'dumb' } }],
  ])('are not used %s', async (_, surroundings) => {
    const { stdout } = await podproof(['check', '-'], { cwd, input: PRIVILEGE, ...surroundings });
    expect(stdout).not.toMatch('\u001b');
  });

  it('are used where FORCE_COLOR asks for them', async () => {
    const { stdout } = await podproof(['check', '-'], { cwd, input: PRIVILEGE, env: { FORCE_COLOR: '1' } });
    expect(stdout).toMatch(ESCAPE);
  });

  it('never come from the manifest', async () => {
    const input = WRITABLE.replace('name: app', 'name: "\\u001b[31mred\\u0007"');
    const { stdout } = await podproof(['check', '-'], { cwd, input });
    expect(stdout).toMatch('container \u{FFFD}[31mred\u{FFFD}');
    expect(stdout).not.toMatch('\u001b');
  });
});

describe('hyperlinks', () => {
  const LINK =
    '\u001b]8;;https://podproof.dev/practices/privilege-escalation\u001b\\privilege-escalation/allowed\u001b]8;;\u001b\\';

  it('lead from a code to its page on terminals that show them', async () => {
    const env = { TERM_PROGRAM: 'WezTerm', NO_COLOR: '1' };
    const { stdout } = await podproof(['check', '-'], { input: PRIVILEGE, columns: 80, env });
    expect(stdout).toContain(LINK);
  });

  it.each([
    ['on other terminals', { columns: 80, env: { NO_COLOR: '1' } }],
    ['in CI', { columns: 80, env: { TERM_PROGRAM: 'WezTerm', CI: 'true', NO_COLOR: '1' } }],
    ['in files', { env: { TERM_PROGRAM: 'WezTerm' } }],
  ])('are not written %s', async (_, surroundings) => {
    const { stdout } = await podproof(['check', '-'], { input: PRIVILEGE, ...surroundings });
    expect(stdout).not.toMatch('\u001b');
  });
});

describe('progress', () => {
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`${index + 10}.yaml`, HARDENED]),
  );

  it('is shown on a terminal once a run takes long, and gone at its end', async () => {
    const cwd = folderWith(files);
    const { stdout, stderr } = await podproof(['check', '.'], { cwd, millisecondsPerLook: 90 });
    const [before, ...lines] = stderr.split('\r\u001b[K');
    expect(before).toBe('');
    expect(lines.pop()).toBe('');
    expect(lines[0]).toMatch(/^Checking: \d+ files, 0 findings$/);
    expect(lines.at(-1)).toMatch(/^Checking: (?:29|30) files, 0 findings$/);
    expect(stdout).toBe('No findings (30 files, 30 workloads).\n');
  });

  it.each([
    ['in a short run', { millisecondsPerLook: 1 }],
    ['in CI', { millisecondsPerLook: 90, env: { CI: '1' } }],
    ['elsewhere', {}],
  ])('is not shown %s', async (_, surroundings) => {
    const { stderr } = await podproof(['check', '.'], { cwd: folderWith(files), ...surroundings });
    expect(stderr).toBe('');
  });
});

describe('the exit code', () => {
  it.each([
    ['error', PRIVILEGE, 1],
    ['error', WRITABLE, 0],
    ['warning', PRIVILEGE, 1],
    ['warning', WRITABLE, 1],
    ['warning', NO_CPU_LIMIT, 0],
    ['information', NO_CPU_LIMIT, 1],
    ['information', HARDENED, 0],
    ['never', PRIVILEGE, 0],
  ])('with --fail-on %s', async (failOn, input, expected) => {
    const { exitCode } = await podproof(['check', '--fail-on', failOn, '-'], { input });
    expect(exitCode).toBe(expected);
  });

  it.each([
    [PRIVILEGE, 1],
    [WRITABLE, 1],
    [NO_CPU_LIMIT, 0],
  ])('counts warnings where nothing is said', async (input, expected) => {
    expect((await podproof(['check', '-'], { input })).exitCode).toBe(expected);
  });
});
