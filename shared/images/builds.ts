/** Builds: which Dockerfile of the workspace makes an image, as Compose, Skaffold and bake files say it, and what the image then needs. */

import { parseDocument } from '../yaml/parse.ts';
import { dereference, lookup, type YamlNode } from '../yaml/tree.ts';
import { type BakeTarget, targetsInHcl } from './bakeHcl.ts';
import { BUILD_FILES, folderIn, isBuildFile, nameIn, OVERRIDDEN } from './buildFiles.ts';
import type { ImageCatalog } from './catalog.ts';
import { readDockerfile } from './dockerfile.ts';
import type { ImageFacts, ImageFamily } from './family.ts';
import { nameOfImage, readImageReference } from './reference.ts';

/** One image that the workspace builds. Paths have `/`, and count from the workspace's root. */
export interface ImageBuild {
  /** Normalized, without a tag. */
  readonly image: string;
  readonly dockerfile: string;
  readonly target: string | undefined;
}

/**
 * The builds that a `compose.yaml` or a `skaffold.yaml` names; `path` is the file's own. Images and places that are not written out, and builds
 * without a Dockerfile, are left out.
 */
export function buildsIn(path: string, text: string): readonly ImageBuild[] {
  const folder = folderIn(path);
  const root = dereference(parseDocument(text).root);
  const services = entriesOf(at(root, 'services')).flatMap((service) => {
    const build = at(service, 'build');
    if (build === undefined || isAltered(build)) return [];
    const context = textOf(build) ?? textOf(at(build, 'context'), '.');
    return buildOf(folder, textOf(at(service, 'image')), context, build);
  });
  const artifacts = itemsOf(at(at(root, 'build'), 'artifacts')).flatMap((artifact) => {
    if (OTHER_BUILDERS.some((builder) => at(artifact, builder) !== undefined)) return [];
    const context = textOf(at(artifact, 'context'), '.');
    return buildOf(folder, textOf(at(artifact, 'image')), context, at(artifact, 'docker'));
  });
  return [...services, ...artifacts];
}

/**
 * The builds that the files of a workspace name, by their paths. A file beside one that is laid over it, such as `compose.override.yaml`, names
 * none where that one speaks of builds.
 */
export function buildsAmong(texts: ReadonlyMap<string, string>): readonly ImageBuild[] {
  const altered = new Set<string>();
  for (const [path, text] of texts) {
    const of = OVERRIDDEN.get(nameIn(path));
    if (of !== undefined && /\b(?:build|image|target|tags)\b/.test(text)) altered.add(folderIn(path) + of);
  }
  const targets: BakeTarget[] = [];
  const builds = [...texts].flatMap(([path, text]) => {
    const tool = BUILD_FILES.get(nameIn(path));
    if (tool === undefined || altered.has(folderIn(path) + tool)) return [];
    if (tool !== 'bake') return buildsIn(path, text);
    if (isBuildFile(path))
      targets.push(...(path.endsWith('.hcl') ? targetsInHcl(text) : targetsInJson(text)));
    return [];
  });
  return [...builds, ...bakeBuilds(targets)];
}

/** What plain targets build: those that take nothing over from others, and stand once. Bake lays targets of one name over each other. */
function bakeBuilds(targets: readonly BakeTarget[]): readonly ImageBuild[] {
  const counts = new Map<string, number>();
  for (const { name } of targets) counts.set(name, (counts.get(name) ?? 0) + 1);
  return targets.flatMap(({ name, fields }): readonly ImageBuild[] => {
    if (counts.get(name) !== 1 || NOT_PLAIN.some((key) => fields.has(key))) return [];
    const only = (key: string, otherwise: string): string | undefined => {
      const texts = fields.has(key) ? fields.get(key) : [otherwise];
      return texts?.length === 1 ? texts[0] : undefined;
    };
    const context = only('context', '.');
    const dockerfile = only('dockerfile', 'Dockerfile');
    const target = only('target', '');
    if (context === undefined || dockerfile === undefined || target === undefined) return [];
    const path = joined('', context, dockerfile);
    if (path === undefined) return [];
    return (fields.get('tags') ?? []).flatMap((tag) => {
      const reference = readImageReference(tag);
      if (reference === undefined) return [];
      return [
        { image: nameOfImage(reference), dockerfile: path, target: target === '' ? undefined : target },
      ];
    });
  });
}

/** Fields of a target that bring in what does not stand in it. */
const NOT_PLAIN: readonly string[] = ['inherits', 'matrix', 'contexts', 'dockerfile-inline'];

/** The targets of a bake file in JSON, in which strings may hold the templates of HCL. */
function targetsInJson(text: string): readonly BakeTarget[] {
  const targets = dereference(at(dereference(parseDocument(text).root), 'target'));
  if (targets?.kind !== 'mapping') return [];
  return targets.entries.flatMap(({ key: name, value }): readonly BakeTarget[] => {
    const target = dereference(value);
    if (target?.kind !== 'mapping') return [];
    const fields = new Map<string, readonly string[] | undefined>();
    for (const { key } of target.entries) {
      const held = dereference(at(target, key));
      const texts = (held?.kind === 'sequence' ? itemsOf(held) : [held]).map(jsonText);
      const written = texts.filter((one) => one !== undefined) as readonly string[];
      fields.set(key, written.length === texts.length ? written : undefined);
    }
    return [{ name, fields }];
  });
}

function jsonText(node: YamlNode | undefined): string | undefined {
  const scalar = dereference(node);
  const text = scalar?.kind === 'scalar' && scalar.style === 'double' ? textOf(scalar) : undefined;
  return text?.includes('%{') === true ? undefined : text;
}

/** Built from a text that stands here, or with other stages than the Dockerfile names. */
function isAltered(build: YamlNode): boolean {
  return ['dockerfile_inline', 'additional_contexts'].some((key) => at(build, key) !== undefined);
}

const OTHER_BUILDERS: readonly string[] = ['buildpacks', 'jib', 'ko', 'bazel', 'custom', 'kaniko'];

function buildOf(
  folder: string,
  image: string | undefined,
  context: string | undefined,
  options: YamlNode | undefined,
): readonly ImageBuild[] {
  const reference = image === undefined ? undefined : readImageReference(image);
  const dockerfile = textOf(at(options, 'dockerfile'), 'Dockerfile');
  if (reference === undefined || context === undefined || dockerfile === undefined) return [];
  const path = joined(folder, context, dockerfile);
  if (path === undefined) return [];
  return [{ image: nameOfImage(reference), dockerfile: path, target: textOf(at(options, 'target')) }];
}

/** A path inside the workspace; undefined for one that leads out of it, or is not written out. */
function joined(folder: string, ...parts: readonly string[]): string | undefined {
  const steps: string[] = folder.split('/').filter((step) => step !== '');
  for (const part of parts) {
    if (part.startsWith('/') || /[$:{}]/.test(part)) return undefined;
    for (const step of part.split('/')) {
      if (step === '..' && steps.pop() === undefined) return undefined;
      if (step !== '' && step !== '.' && step !== '..') steps.push(step);
    }
  }
  return steps.join('/');
}

function at(node: YamlNode | undefined, key: string): YamlNode | undefined {
  const mapping = dereference(node);
  if (mapping?.kind !== 'mapping') return undefined;
  const [only, ...others] = lookup(mapping, key);
  return others.length === 0 && only?.state === 'entry' ? only.entry.value : undefined;
}

function entriesOf(node: YamlNode | undefined): readonly YamlNode[] {
  const mapping = dereference(node);
  return mapping?.kind === 'mapping' ? mapping.entries.map(({ value }) => value) : [];
}

function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  const sequence = dereference(node);
  return sequence?.kind === 'sequence' ? sequence.items.map(({ value }) => value) : [];
}

/** The text of a scalar that is written out; `otherwise` where nothing is there. */
function textOf(node: YamlNode | undefined, otherwise?: string): string | undefined {
  if (node === undefined) return otherwise;
  const scalar = dereference(node);
  return scalar?.kind === 'scalar' && scalar.unknown === undefined && !scalar.text.includes('$')
    ? scalar.text
    : undefined;
}

/** How a kustomization calls an image; empty where it keeps the name. */
export interface ImageRename {
  readonly name: string;
  readonly newName: string;
}

/**
 * The builds, and the same ones by the names that kustomizations give their images. A new name with another last part may stand for another
 * image, and gives none.
 */
export function withRenamed(
  builds: readonly ImageBuild[],
  renames: readonly ImageRename[],
): readonly ImageBuild[] {
  const byImage = new Map<string, ImageBuild[]>();
  for (const build of builds) {
    const own = byImage.get(build.image);
    if (own === undefined) byImage.set(build.image, [build]);
    else own.push(build);
  }
  const renamed = renames.flatMap(({ name, newName }): readonly ImageBuild[] => {
    const [before, after] = [readImageReference(name), readImageReference(newName)];
    if (before === undefined || after === undefined || after.tag !== undefined) return [];
    if (nameIn(before.repository) !== nameIn(after.repository)) return [];
    const image = nameOfImage(before);
    return (byImage.get(image) ?? []).map((build) => ({ ...build, image: nameOfImage(after) }));
  });
  return [...builds, ...renamed];
}

/**
 * What the images of the workspace need, by their Dockerfiles. `textAt` gives a file's text. An image that two builds make differently is left out.
 * What a Dockerfile does not say is that of its base image, where that is known.
 */
export function familiesOf(
  builds: readonly ImageBuild[],
  textAt: (path: string) => string | undefined,
  catalog: ImageCatalog,
): readonly ImageFamily[] {
  const byImage = new Map<string, ImageBuild | undefined>();
  for (const build of builds) {
    const known = byImage.get(build.image);
    const isSame =
      !byImage.has(build.image) || (known?.dockerfile === build.dockerfile && known.target === build.target);
    byImage.set(build.image, isSame ? build : undefined);
  }
  return [...byImage.values()].flatMap((build): readonly ImageFamily[] => {
    const text = build === undefined ? undefined : textAt(build.dockerfile);
    const facts = build === undefined || text === undefined ? undefined : factsOf(build, text, catalog);
    if (build === undefined || facts === undefined) return [];
    const title = `the image of ${build.dockerfile}`;
    return [
      {
        ...facts,
        id: `build-${build.dockerfile}`,
        title,
        grade: 'strong',
        images: [build.image],
        isUsers: true,
      },
    ];
  });
}

/** What the image keeps there is not known, so that no empty volume is mounted over it. */
const A_VOLUME = 'a volume of its Dockerfile';

function factsOf(
  { dockerfile, target }: ImageBuild,
  text: string,
  catalog: ImageCatalog,
): ImageFacts | undefined {
  const built = readDockerfile(text, target);
  if (built === undefined) return undefined;
  const source = dockerfile;
  const { user, ports, volumes } = built;
  const base =
    user.kind === 'inherited' && user.from !== undefined ? catalog.find(user.from)?.facts : undefined;
  const inherited = base?.starts;
  return {
    ...(user.kind === 'number'
      ? { starts: { as: user.uid === 0 ? 'root' : 'number', source } }
      : user.kind === 'name'
        ? {
            starts: {
              as: user.name === 'root' ? 'root' : 'name',
              ...(user.name === 'root' ? {} : { name: user.name }),
              source,
            },
          }
        : inherited === undefined
          ? {}
          : { starts: inherited }),
    ...(user.kind === 'number' && user.uid > 0
      ? { user: { uid: user.uid, ...(user.gid === undefined ? {} : { gid: user.gid }), source } }
      : {}),
    ...(ports.length > 0 ? { ports: { numbers: ports, source } } : {}),
    ...(volumes.length > 0
      ? {
          writes: volumes.map(
            (path) => ({ path, what: A_VOLUME, isData: true, grade: 'weak', source }) as const,
          ),
        }
      : {}),
  };
}
