/** A tree of files in memory, and what a kustomization in it builds. */
import { expect } from 'vitest';
import { buildKustomization } from '../../shared/kustomize/build.ts';
import type { FileTree } from '../../shared/kustomize/filePath.ts';
import { writeObjects } from '../../shared/kustomize/write.ts';

export type Files = Readonly<Record<string, string>>;

/** The files lie in the folder `/w`. */
export function treeOf(files: Files): FileTree {
  const paths = Object.keys(files);
  return {
    textOf: (path) => files[path.slice(ROOT.length)],
    isFolder: (path) => paths.some((name) => `${ROOT}${name}`.startsWith(`${path}/`)),
  };
}

export const ROOT = '/w/';

/** What the kustomization in a folder builds, as YAML without the first marker. */
export function built(files: Files, folder: string): string {
  const build = buildKustomization(`${ROOT}${folder}`, treeOf(files));
  if (!build.ok) return `refused: ${build.problem}`;
  const known = build.objects.filter(({ unknown }) => unknown === undefined);
  const { text, pieces } = writeObjects(known.map(({ root }) => root));
  for (const { start, end, from } of pieces) {
    expect(from, `"${text.slice(start, end)}" comes from somewhere`).toBeDefined();
  }
  return text.replace(/^---\n/, '');
}
