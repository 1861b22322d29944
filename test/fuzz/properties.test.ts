/** What the fuzzer asks of any text, asked of texts that are drawn from the words of manifests, templates and settings. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BARE_POD } from '../server/manifests.ts';
import { fuzz as analysis } from './targets/analysis.ts';
import { fuzz as configuration } from './targets/configuration.ts';
import { fuzz as edits } from './targets/edits.ts';
import { fuzz as readers } from './targets/readers.ts';
import { fuzz as suppressions } from './targets/suppressions.ts';
import { fuzz as templates } from './targets/templates.ts';

const TARGETS = { analysis, configuration, edits, readers, suppressions, templates };

/** Signs that decide how a text is read, and words that decide what it means. */
const SIGNS = [
  '\n',
  '\n  ',
  '\n    ',
  ': ',
  '- ',
  '? ',
  '---\n',
  '...\n',
  '"',
  "'",
  '[',
  ']',
  '{',
  '}',
  ', ',
  '#',
  '&a ',
  '*a',
  '<<: ',
  '!t ',
  '|\n',
  '>-\n',
  '%',
  '\t',
  '\r\n',
  '\0',
  '\ud800',
  '\ufeff',
  '\u2028',
  '𝄞',
  '~',
  '0',
  '-1',
  '1e9',
];
const WORDS = [
  'apiVersion: v1\n',
  'kind: Pod\n',
  'kind: List\nitems:\n- ',
  'spec:\n',
  'containers:\n',
  '- name: a\n',
  'image: b\n',
  'securityContext:\n',
  'privileged: true\n',
  '__proto__',
  'constructor',
  'toString',
  BARE_POD,
];
const TEMPLATES = [
  '{{',
  '}}',
  '{{- ',
  ' -}}',
  '{{ if .Values.a }}',
  '{{ else }}',
  '{{ end }}',
  '{{ range $k, $v := .Values }}',
  '{{ with .a }}',
  '{{ define "a" }}',
  '{{ include "a" . }}',
  '{{ template "a" }}',
  '{{ .Values.a | quote }}',
  '{{ tpl .a . }}',
  '{{ toYaml .Values | nindent 2 }}',
  '{{/*',
  '*/}}',
  '`',
  '$x := ',
  '.Values.a.b',
  '(',
  ')',
  '| ',
];
const SETTINGS = [
  '# podproof-ignore ',
  '# podproof-ignore-file',
  'podproof/ignore: ',
  'root-user',
  'seccomp/missing, ',
  'checks:\n',
  'exclude: ',
  '**/*',
  'minimumUid: ',
  'images:\n',
  'extends: ',
];
const OVERLAYS = [
  'resources: [',
  'pod.yaml',
  '../b',
  '../../../etc/passwd',
  'patches:\n',
  '- path: patch.yaml\n',
  '- patch: |-\n',
  'op: replace\n',
  'path: /spec/containers/0\n',
  '$patch: delete',
  'namePrefix: a-\n',
  'images:\n',
  'components: ',
  'target: {kind: Pod}\n',
  'replacements:\n',
  'generatorOptions:\n',
];

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...SIGNS) },
  { weight: 3, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 2, arbitrary: fc.constantFrom(...TEMPLATES) },
  { weight: 2, arbitrary: fc.constantFrom(...SETTINGS) },
  { weight: 2, arbitrary: fc.constantFrom(...OVERLAYS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
);
const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

describe('any text', () => {
  for (const [name, fuzz] of Object.entries(TARGETS)) {
    test(name, () => {
      fc.assert(
        fc.property(text, (one) => {
          expect(() => fuzz(Buffer.from(one))).not.toThrow();
        }),
        // Always the same texts, unless more are asked for.
        process.env.PODPROOF_RUNS === undefined
          ? { numRuns: 80, seed: 20261123 }
          : { numRuns: Number(process.env.PODPROOF_RUNS) },
      );
    });
  }
});
