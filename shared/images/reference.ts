/** Image references: which registry, repository, tag and digest the text of an `image` field names. */

export interface ImageReference {
  /** `docker.io` where none is written. */
  readonly registry: string;
  /** With `library/` where Docker Hub has it without. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** With its algorithm: `sha256:…`. */
  readonly digest: string | undefined;
}

/** Docker Hub by other names, and mirrors that hold its images under the same paths. */
const DOCKER_HUB: ReadonlySet<string> = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
  'mirror.gcr.io',
]);

/** Paths under which other registries hold images of the one they mirror, with its name. */
const MIRRORED_PATHS: readonly (readonly [prefix: string, registry: string, path: string])[] = [
  ['public.ecr.aws/docker/', 'docker.io', ''],
  ['k8s.gcr.io/', 'registry.k8s.io', ''],
];

/**
 * Reads a reference by the grammar of the distribution project (`reference.ParseNormalizedNamed`). Undefined for what is no reference, such as
 * text with blanks or the upper case letters of a placeholder in its repository.
 */
export function readImageReference(text: string): ImageReference | undefined {
  const match = GRAMMAR.exec(text);
  if (match === null || text.length > MAX_LENGTH) return undefined;
  const [, name = '', tag, digest] = match;
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  // What comes first is a host where it has a dot or a port, or is localhost.
  const isHost = /[.:]/.test(first) || first === 'localhost';
  const registry = isHost ? first : 'docker.io';
  const repository = isHost ? name.slice(slash + 1) : name;
  if (!REPOSITORY.test(repository)) return undefined;
  return { ...withoutMirror(registry, repository), tag, digest };
}

const MAX_LENGTH = 512;
const GRAMMAR =
  /^((?:[A-Za-z0-9.-]+(?::[0-9]+)?\/)?[a-z0-9._/-]+)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@([A-Za-z0-9]+(?:[+._-][A-Za-z0-9]+)*:[0-9a-fA-F]{32,}))?$/;
const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;

function withoutMirror(
  registry: string,
  repository: string,
): { readonly registry: string; readonly repository: string } {
  const name = `${registry}/${repository}`;
  for (const [prefix, origin, path] of MIRRORED_PATHS) {
    if (name.startsWith(prefix)) return withLibrary(origin, `${path}${name.slice(prefix.length)}`);
  }
  return DOCKER_HUB.has(registry) ? withLibrary('docker.io', repository) : { registry, repository };
}

function withLibrary(
  registry: string,
  repository: string,
): { readonly registry: string; readonly repository: string } {
  const isOfficial = registry === 'docker.io' && !repository.includes('/');
  return { registry, repository: isOfficial ? `library/${repository}` : repository };
}

/** `registry/repository`, as patterns are written. */
export function nameOfImage({ registry, repository }: ImageReference): string {
  return `${registry}/${repository}`;
}

/** The numbers that a tag begins with: `17.2-alpine` is 17.2, `v1.11.3` is 1.11.3; undefined where there are none. */
export function versionOf(tag: string): readonly number[] | undefined {
  const match = /^v?(\d+(?:\.\d+)*)/.exec(tag);
  return match?.[1]?.split('.').map(Number);
}
