/** Any text as `.podproof.yaml` and as a kustomization with a patch. */
import { readConfigFile } from '../../../shared/catalog/configFile.ts';
import { buildKustomization } from '../../../shared/kustomize/build.ts';

const BASE = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: b}]}\n';

export function fuzz(data: Buffer): void {
  const text = data.toString('utf8');
  readConfigFile(text);
  const half = text.length >> 1;
  const files = new Map([
    ['/a/kustomization.yaml', text],
    ['/b/kustomization.yaml', 'resources: [pod.yaml]\npatches: [{path: patch.yaml}]\n'],
    ['/b/patch.yaml', text],
    ['/a/pod.yaml', BASE],
    ['/b/pod.yaml', BASE],
    ['/a/patch.yaml', text.slice(half)],
  ]);
  const tree = {
    textOf: (path: string) => files.get(path),
    isFolder: (path: string) => path === '/a' || path === '/b',
  };
  buildKustomization('/a', tree);
  buildKustomization('/b', tree);
}
