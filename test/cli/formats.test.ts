/** The formats of `podproof check` that other programs show: SARIF, GitHub annotations, JUnit. */
import { describe, expect, it } from 'vitest';
import { SUPPRESSION_CHECKS } from '../../shared/catalog/settingsTable.ts';
import { CHECK_CODES } from '../../shared/practices/index.ts';
import { indexLines } from '../../shared/text/lineIndex.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';
import { folderWith, podproof } from './commandLine.ts';
import { HARDENED, NO_CPU_LIMIT, PRIVILEGE, WRITABLE } from './manifests.ts';

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
        readonly region: Region;
      };
    },
  ];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly { readonly kind: string; readonly justification: string }[];
  readonly fixes?: readonly [
    {
      readonly artifactChanges: readonly [
        {
          readonly replacements: readonly {
            readonly deletedRegion: Region;
            readonly insertedContent: { readonly text: string };
          }[];
        },
      ];
    },
  ];
}

interface SarifRun {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly columnKind: string;
  readonly originalUriBaseIds: unknown;
  readonly results: readonly SarifResult[];
  readonly invocations: readonly unknown[];
}

async function sarifOf(cwd: string, paths: readonly string[] = ['.']): Promise<SarifRun> {
  const { stdout } = await podproof(['check', '--format', 'sarif', ...paths], { cwd });
  const log = JSON.parse(stdout) as { version: string; runs: [SarifRun] };
  expect(log.version).toBe('2.1.0');
  return log.runs[0];
}

describe('SARIF', () => {
  it('has a result per finding, each with its rule, its level and its exact region', async () => {
    const cwd = folderWith({ 'k8s/my pod.yaml': PRIVILEGE, 'k8s/z.yaml': NO_CPU_LIMIT });
    const run = await sarifOf(cwd);
    expect(run.columnKind).toBe('utf16CodeUnits');
    expect(run.originalUriBaseIds).toEqual({ '%SRCROOT%': { uri: `file://${cwd}/` } });
    const rules = run.tool.driver.rules.map(({ id }) => id);
    expect(rules).toEqual([...CHECK_CODES, ...SUPPRESSION_CHECKS.map(({ code }) => code)]);
    expect(run.results).toMatchObject([
      {
        ruleId: 'privilege-escalation/allowed',
        ruleIndex: CHECK_CODES.indexOf('privilege-escalation/allowed'),
        level: 'error',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'k8s/my%20pod.yaml', uriBaseId: '%SRCROOT%' },
              region: { startLine: 24, startColumn: 35, endLine: 24, endColumn: 39 },
            },
            logicalLocations: [{ fullyQualifiedName: 'Pod/quiet/containers/app' }],
          },
        ],
      },
      { ruleId: 'resources/cpu-limit', level: 'note' },
    ]);
    expect(run.invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
  });

  it('is whole without a result', async () => {
    expect((await sarifOf(folderWith({ 'a.yaml': HARDENED }))).results).toEqual([]);
  });

  it('tells what could not be read', async () => {
    const run = await sarifOf(folderWith({ 'a.yaml': 'a: [1\n' }), ['a.yaml', 'b.yaml']);
    expect(run.invocations).toMatchObject([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          {
            level: 'error',
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'a.yaml' },
                  region: { startLine: 2, startColumn: 1 },
                },
              },
            ],
          },
          { level: 'error', message: { text: 'no such file or folder' } },
        ],
      },
    ]);
  });

  it('names a file elsewhere by its whole address', async () => {
    const cwd = folderWith({ 'here/x': '', 'there/a.yaml': WRITABLE });
    const { stdout } = await podproof(['check', '--format', 'sarif', '../there'], { cwd: `${cwd}/here` });
    expect(stdout).toMatch(`"artifactLocation":{"uri":"file://${cwd}/there/a.yaml"}`);
  });

  it('gives fingerprints that stay while lines move, and that tell findings apart', async () => {
    const two = WRITABLE.replace('drop:', 'add: [NET_ADMIN, SYS_TIME]\n          drop:');
    const printsOf = async (text: string): Promise<readonly string[]> => {
      const { results } = await sarifOf(folderWith({ 'a.yaml': text }));
      return results
        .map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash ?? '')
        .sort();
    };
    const before = await printsOf(two);
    expect(before).toHaveLength(3);
    expect(new Set(before).size).toBe(3);
    const moved = `# one more line\n${two.replace('  containers:\n', '  # and another\n  containers:\n')}`;
    expect(await printsOf(moved)).toEqual(before);
    expect(await printsOf(two.replace('name: app', 'name: other'))).not.toEqual(before);
  });

  it('keeps suppressed findings, with their reason', async () => {
    const text = WRITABLE.replace(
      'metadata:\n',
      'metadata:\n  annotations:\n    podproof/ignore: "read-only-root-filesystem: writes its cache"\n',
    );
    const cwd = folderWith({ 'a.yaml': text });
    const { results } = await sarifOf(cwd);
    expect(results).toMatchObject([
      {
        ruleId: 'read-only-root-filesystem/writable',
        suppressions: [{ kind: 'inSource', justification: 'writes its cache' }],
      },
    ]);
    expect((await podproof(['check', '--format', 'sarif', '.'], { cwd })).exitCode).toBe(0);
  });

  it('brings fixes that leave nothing of their finding', async () => {
    const text = HARDENED.replace('- ALL', '- all');
    const [result] = (await sarifOf(folderWith({ 'a.yaml': text }))).results;
    const replacements = result?.fixes?.[0].artifactChanges[0].replacements ?? [];
    const lines = indexLines(text);
    const offset = (line: number, column: number): number =>
      lines.offsetAt({ line: line - 1, character: column - 1 });
    const fixed = applyEdits(
      text,
      replacements.map(
        ({ deletedRegion: { startLine, startColumn, endLine, endColumn }, insertedContent }) => ({
          span: { start: offset(startLine, startColumn), end: offset(endLine, endColumn) },
          newText: insertedContent.text,
        }),
      ),
    );
    expect(fixed).toBe(HARDENED);
  });
});

describe('GitHub annotations', () => {
  it('are one workflow command per finding', async () => {
    const cwd = folderWith({ 'k8s/a,b.yaml': PRIVILEGE });
    const { exitCode, stdout } = await podproof(['check', '--format', 'github', './k8s'], { cwd });
    expect(stdout).toBe(
      '::error file=k8s/a%2Cb.yaml,line=24,endLine=24,col=35,endColumn=39,title=podproof privilege-escalation/allowed::' +
        'Container "app" allows privilege escalation; set allowPrivilegeEscalation to false.\n' +
        'podproof: 1 errors, 0 warnings, 0 information in 1 files with 1 workloads\n',
    );
    expect(exitCode).toBe(1);
  });

  it('cannot be broken out of', async () => {
    const input = WRITABLE.replace('name: app', 'name: "100%\\n::error::x"');
    const { stdout } = await podproof(['check', '--format', 'github', '--quiet', '-'], { input });
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stdout).toMatch('100%25\u{FFFD}::error::x');
  });

  it('tell of files that could not be read', async () => {
    const { stdout } = await podproof(['check', '--format', 'github', '--quiet', 'x.yaml'], {
      cwd: folderWith({}),
    });
    expect(stdout).toBe('::error file=x.yaml::no such file or folder\n');
  });
});

describe('GitLab code quality', () => {
  it('is an issue per finding, with a fingerprint that no other shares', async () => {
    const cwd = folderWith({ 'k8s/a.yaml': PRIVILEGE, 'k8s/b.yaml': PRIVILEGE, 'k8s/c.yaml': NO_CPU_LIMIT });
    const { stdout } = await podproof(['check', '--format', 'gitlab', './k8s'], { cwd });
    const issues = JSON.parse(stdout) as { fingerprint: string }[];
    expect(issues).toMatchObject([
      {
        description: 'Container "app" allows privilege escalation; set allowPrivilegeEscalation to false.',
        check_name: 'privilege-escalation/allowed',
        severity: 'critical',
        location: { path: 'k8s/a.yaml', lines: { begin: 24 } },
      },
      { check_name: 'privilege-escalation/allowed', location: { path: 'k8s/b.yaml' } },
      { check_name: 'resources/cpu-limit', severity: 'info' },
    ]);
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  it('leaves out what is suppressed, and is a list without an issue', async () => {
    const input = WRITABLE.replace(
      'metadata:\n',
      'metadata:\n  annotations:\n    podproof/ignore: read-only-root-filesystem\n',
    );
    const { stdout } = await podproof(['check', '--format', 'gitlab', '--show-suppressed', '-'], { input });
    expect(JSON.parse(stdout)).toEqual([]);
  });
});

describe('JUnit', () => {
  it('is a suite per file and a case per finding, failed where it fails the run', async () => {
    const cwd = folderWith({
      'a.yaml': PRIVILEGE.replace('          cpu: 500m\n', '').replace('name: quiet', 'name: "a<b&\\">"'),
      'b.yaml': HARDENED,
    });
    const { stdout } = await podproof(['check', '--format', 'junit', '.', 'c.yaml'], { cwd });
    expect(stdout).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="podproof">
  <testsuite name="./a.yaml" tests="2" failures="1" errors="0">
    <testcase name="resources/cpu-limit Pod/a&lt;b&amp;&quot;&gt; app" classname="./a.yaml" file="./a.yaml" line="20">
      <system-out>./a.yaml:20:9: information: Container &quot;app&quot; has no CPU limit; set resources.limits.cpu if it must not take all CPU of its node.</system-out>
    </testcase>
    <testcase name="privilege-escalation/allowed Pod/a&lt;b&amp;&quot;&gt; app" classname="./a.yaml" file="./a.yaml" line="23">
      <failure type="error" message="Container &quot;app&quot; allows privilege escalation; set allowPrivilegeEscalation to false.">./a.yaml:23:35</failure>
    </testcase>
  </testsuite>
  <testsuite name="./b.yaml" tests="1" failures="0" errors="0">
    <testcase name="no findings" classname="./b.yaml"/>
  </testsuite>
  <testsuite name="c.yaml" tests="1" failures="0" errors="1">
    <testcase name="read" classname="c.yaml" file="c.yaml">
      <error message="no such file or folder"/>
    </testcase>
  </testsuite>
</testsuites>
`);
  });
});

describe('--quiet', () => {
  it.each(['text', 'json', 'sarif', 'github', 'gitlab', 'junit'])(
    'leaves out of %s what does not fail the run',
    async (format) => {
      const input = PRIVILEGE.replace('        readOnlyRootFilesystem: true\n', '');
      const { exitCode, stdout } = await podproof(
        ['check', '-q', '--fail-on', 'error', '--format', format, '-'],
        { input },
      );
      expect(exitCode).toBe(1);
      expect(stdout).toMatch('allows privilege escalation');
      expect(stdout).not.toMatch('has a writable root filesystem');
    },
  );

  it('says nothing in text where nothing fails the run', async () => {
    const { stdout } = await podproof(['check', '--quiet', '-'], { input: NO_CPU_LIMIT });
    expect(stdout).toBe('');
  });
});
