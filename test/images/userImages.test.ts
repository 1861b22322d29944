/** Images that people name in their settings: copies of known ones, and their own. */
import { describe, expect, test } from 'vitest';
import { analyzeText } from '../../shared/analysis/analyze.ts';
import { harden } from '../../shared/analysis/fix.ts';
import { readConfigFile } from '../../shared/catalog/configFile.ts';
import { readSettings } from '../../shared/catalog/settings.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';

const CONFIG = `images:
  - image: registry.example.com/mirror/postgres
    like: postgres
  - image: registry.example.com/shop/*
    runAsUser: 2000
    runAsGroup: 4000
    writes: [/var/cache/shop]
    usesApi: true
  - image: registry.example.com/legacy
    needsRoot: it binds to /dev/mem
    writableRoot: "it updates itself\\n# and more"
  - image: nginx
    runAsUser: 33
  - image: registry.example.com/edge
    bindsPorts: true
`;

function hardened(image: string): string {
  const file = readConfigFile(CONFIG);
  expect(file.problems).toEqual([]);
  const settings = readSettings(
    { checks: { resources: 'off' }, fix: { emptyDirSizeLimit: '64Mi' } },
    { uri: 'file:///shop/.podproof.yaml', name: '.podproof.yaml', values: file.values },
  );
  const text = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop\nspec:\n  containers:\n    - name: web\n      image: ${image}\n`;
  return applyEdits(text, harden(analyzeText(text, settings), { scope: 'file' }).edits);
}

describe('a copy', () => {
  test('needs what the image needs that it is like, by its tag too', () => {
    expect(hardened('registry.example.com/mirror/postgres:17-alpine')).toContain('runAsUser: 70');
    expect(hardened('registry.example.com/mirror/postgres:17')).toContain('mountPath: /var/run/postgresql');
  });

  test('is not guessed', () => {
    expect(hardened('registry.example.com/other/postgres:17')).toContain('runAsUser: 10001');
  });
});

describe('an image of their own', () => {
  test('has its user, its places and its token', () => {
    const text = hardened('registry.example.com/shop/cart:1');
    expect(text).toContain('runAsUser: 2000');
    expect(text).toContain('runAsGroup: 4000');
    expect(text).toContain('mountPath: /var/cache/shop');
    expect(text).not.toContain('automountServiceAccountToken');
  });

  test('stays as it is where they say so, with the reason on one line', () => {
    const text = hardened('registry.example.com/legacy:1');
    expect(text).not.toContain('runAsNonRoot');
    expect(text).toMatch(/# podproof-ignore read-only-root-filesystem: .*it updates itself and more$/m);
    expect(text).not.toContain('readOnlyRootFilesystem');
  });

  test('keeps the capability that its binary carries', () => {
    expect(hardened('registry.example.com/edge:1')).toContain('- NET_BIND_SERVICE');
  });

  test('goes before what is known', () => {
    expect(hardened('nginx:1.27')).toContain('runAsUser: 33');
  });
});

test('Volumes are limited to the size of the settings', () => {
  const text = hardened('redis:7.4');
  expect(text.match(/sizeLimit: 64Mi/g)).toHaveLength(2);
});

test('An entry that is like nothing known is left out', () => {
  const images = [
    { image: 'registry.example.com/web', like: 'nothing' },
    { image: 'Not A Name', runAsUser: 5 },
  ];
  expect(readSettings({ images }).practice.images.find('registry.example.com/web')).toBeUndefined();
});
