/** Agreement: the findings of the analysis equal those of an evaluator that shares no code with it, per container and check. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { readSettings, type Settings } from '../../shared/catalog/settings.ts';
import type { ImageCatalog } from '../../shared/images/catalog.ts';
import { type ExpectedOptions, expectedFindings } from '../support/effectiveValuesFindings.ts';
import { isWorkloadKind, WORKLOAD_KINDS } from '../support/effectiveValuesPods.ts';
import { goYamlStream } from '../support/goYaml.ts';
import { pathText } from '../support/goYamlPlain.ts';
import { manifest } from '../support/manifestArbitrary.ts';

const RUNS = Number(process.env.AGREEMENT_RUNS ?? 50);
const CORPUS = path.resolve(import.meta.dirname, '../../../shared/corpus');

/** Suppressions and other tools' annotations are not the evaluator's business. */
const PLAIN = { honorPeerAnnotations: false };

/** What images are known to need is not the evaluator's business either: an id that is an image's own is not too low. */
const NO_IMAGES: ImageCatalog = { find: () => undefined };

function withoutImages(settings: Settings): Settings {
  return { ...settings, practice: { ...settings.practice, images: NO_IMAGES } };
}

/** `object pod container check`, one line for each finding about the built-in kinds; equal lines count. */
function found(text: string, settings: Settings): readonly string[] {
  const analyzed = analyzeText(text, settings);
  const indexes = new Map<number, number>();
  for (const { slice } of analyzed.documents) {
    const [object] = goYamlStream(text.slice(slice.start, slice.end)).objects;
    if (object !== undefined) indexes.set(slice.start, indexes.size);
  }
  return findingsOf(analyzed)
    .filter(({ finding: { workload } }) => isBuiltIn(workload.apiVersion, workload.kind))
    .map(({ finding, documentStart }) => {
      const { container } = finding;
      const place = container === null ? 'pod' : `${container.list}[${container.index}]`;
      return `${indexes.get(documentStart)} ${pathText(finding.pod.path)} ${place} ${finding.code}`;
    })
    .sort();
}

function isBuiltIn(apiVersion: string, kind: string): boolean {
  return isWorkloadKind(kind) && WORKLOAD_KINDS[kind].apiVersions.includes(apiVersion);
}

function expected(text: string, options: Partial<ExpectedOptions>): readonly string[] {
  const { objects, duplicateKeys } = goYamlStream(text);
  return expectedFindings(objects, { duplicateKeys, ...options })
    .map(({ object, pod, container, check }) => {
      const place = container === null ? 'pod' : `${container.list}[${container.index}]`;
      return `${object} ${pod} ${place} ${check}`;
    })
    .sort();
}

describe('generated manifests', () => {
  test.each([
    ['valid ones', {}, 37],
    ['fields in wrong places', { misplaced: true }, 37],
    ['values that Kubernetes rejects', { invalid: true }, 37],
    ['both', { misplaced: true, invalid: true }, 37],
    ['before user namespaces and pod-level resources count', {}, 33],
    ['while the seccomp annotation counts', {}, 26],
  ])('%s', (_, options, kubernetesMinor) => {
    const settings = withoutImages(readSettings({ ...PLAIN, kubernetesVersion: `1.${kubernetesMinor}` }));
    fc.assert(
      fc.property(manifest(options), ({ text }) => {
        expect(found(text, settings), text).toEqual(expected(text, { kubernetesMinor }));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the corpus', () => {
  if (!existsSync(CORPUS)) {
    test.skip(`is not at ${CORPUS}`, () => undefined);
    return;
  }
  const files = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort();
  const settings = withoutImages(readSettings(PLAIN));
  const counts = new Map<string, number>();
  const read = { files: 0, templates: 0, unreadable: 0 };
  for (const name of files) {
    const text = readFileSync(path.join(CORPUS, name), 'utf8');
    // What a template becomes, the evaluator cannot know.
    if (text.includes('{{')) {
      read.templates++;
      continue;
    }
    if (!isReadable(text)) {
      read.unreadable++;
      continue;
    }
    read.files++;
    test(name, () => {
      const ours = found(text, settings);
      expect(ours).toEqual(expected(text, {}));
      for (const line of ours) {
        const check = line.split(' ').at(-1) ?? '';
        counts.set(check, (counts.get(check) ?? 0) + 1);
      }
    });
  }
  test('is there, with every kind of finding that real files have', () => {
    expect(read.files).toBeGreaterThan(500);
    expect(counts.size).toBeGreaterThan(15);
    if (process.env.AGREEMENT_COUNTS !== undefined)
      console.log(JSON.stringify({ ...read, counts: Object.fromEntries([...counts].sort()) }, null, 2));
  });
});

function isReadable(text: string): boolean {
  try {
    goYamlStream(text);
    return true;
  } catch {
    return false;
  }
}
