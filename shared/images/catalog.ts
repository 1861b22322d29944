/** The catalog of images: finds what is known of an image by its reference. */
import type { Grade, ImageFacts, ImageFamily, TagRule } from './family.ts';
import { type ImageReference, nameOfImage, readImageReference, versionOf } from './reference.ts';

/** What is known of one image. */
export interface KnownImage {
  readonly family: ImageFamily;
  readonly reference: ImageReference;
  /** With what holds for its tag. */
  readonly facts: ImageFacts;
  /** `name`: only its last name is that of a known image, as in a private mirror; such facts are for words. */
  readonly by: 'reference' | 'name';
  /** False where the facts differ between tags, and a digest alone is written. */
  readonly isVariantKnown: boolean;
}

export interface ImageCatalog {
  /** What is known of an image by the text of its `image` field; undefined where nothing is. */
  find(image: string): KnownImage | undefined;
}

/**
 * Of families that match an image equally well, the first one counts. They are asked for when the first image is that may be one of theirs:
 * `mayBe` is false for the name of one that certainly is not.
 */
export function imageCatalog(
  families: () => readonly ImageFamily[],
  mayBe: (name: string) => boolean = () => true,
): ImageCatalog {
  let patterns: Patterns | undefined;
  const found = new Map<string, KnownImage | null>();
  /** The patterns that a name matches, the ones with the most weight first: it comes with many tags. */
  const named = new Map<string, readonly Pattern[]>();
  const look = (image: string): KnownImage | undefined => {
    const reference = readImageReference(image);
    if (reference === undefined) return undefined;
    const name = nameOfImage(reference);
    if (!mayBe(name)) return undefined;
    patterns ??= patternsOf(families());
    const { byName, byLastName } = patterns;
    let candidates = named.get(name);
    if (candidates === undefined) {
      candidates = [...(byName.get(name) ?? []), ...(byName.get('*') ?? [])]
        .filter(({ nameRule }) => nameRule?.test(name) !== false)
        .sort((a, b) => b.weight - a.weight);
      if (named.size >= MAX_KEPT) named.clear();
      named.set(name, candidates);
    }
    const best = candidates.find((pattern) => matchesTag(pattern, reference));
    if (best !== undefined) return known(best.family, reference, 'reference');
    // The name alone says something only of an image that no registry of its own is known for.
    const [hint] = byLastName.get(lastNameOf(name)) ?? [];
    return hint === undefined || PUBLIC.has(reference.registry)
      ? undefined
      : known(hint.family, reference, 'name');
  };
  return {
    // Every practice asks for the image of every container, some of them for each of their fixes.
    find: (image) => {
      const before = found.get(image);
      if (before !== undefined) return before ?? undefined;
      const answer = look(image);
      // A person who types an image makes a new one with every key.
      if (found.size >= MAX_KEPT) found.clear();
      found.set(image, answer ?? null);
      return answer;
    },
  };
}

/** Patterns by the names that they are for, `*` for all whose name is not written out. */
interface Patterns {
  readonly byName: ReadonlyMap<string, readonly Pattern[]>;
  readonly byLastName: ReadonlyMap<string, readonly Pattern[]>;
}

function patternsOf(families: readonly ImageFamily[]): Patterns {
  const patterns = families.flatMap((family) => family.images.map((image) => compile(image, family)));
  return {
    byName: grouped(patterns, ({ name }) => (name.includes('*') ? '*' : name)),
    byLastName: grouped(
      patterns.filter(({ name, tag }) => tag === undefined && !name.includes('*')),
      ({ name }) => lastNameOf(name),
    ),
  };
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Families that go before those of a catalog, but not before what people say in their settings. */
export function catalogAbove(families: readonly ImageFamily[], below: ImageCatalog): ImageCatalog {
  if (families.length === 0) return below;
  const above = imageCatalog(() => families);
  return {
    find: (image) => {
      const known = below.find(image);
      if (known?.family.isUsers === true) return known;
      const own = above.find(image);
      return own?.by === 'reference' ? own : known;
    },
  };
}

const MAX_KEPT = 1000;

/** Registries where everyone publishes: the same last name there is another image. */
const PUBLIC: ReadonlySet<string> = new Set([
  'docker.io',
  'ghcr.io',
  'quay.io',
  'gcr.io',
  'public.ecr.aws',
  'registry.k8s.io',
  'registry.gitlab.com',
  'mcr.microsoft.com',
]);

interface Pattern {
  readonly family: ImageFamily;
  readonly name: string;
  readonly tag: string | undefined;
  /** Undefined for a name that is written out. */
  readonly nameRule: RegExp | undefined;
  /** What a longer pattern says is more exact, and what it says of the tag most of all. */
  readonly weight: number;
}

function compile(image: string, family: ImageFamily): Pattern {
  const colon = image.indexOf(':', image.lastIndexOf('/'));
  const name = colon < 0 ? image : image.slice(0, colon);
  const tag = colon < 0 ? undefined : image.slice(colon + 1);
  return {
    family,
    name,
    tag,
    nameRule: name.includes('*') ? glob(name, '[^/]*') : undefined,
    // What people say of their own images goes before everything.
    weight:
      (family.isUsers === true ? 10_000 : 0) +
      name.replaceAll('*', '').length +
      (tag === undefined ? 0 : 1000 + tag.replaceAll('*', '').length),
  };
}

function glob(pattern: string, star: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join(star)}$`, 'u');
}

function matchesTag(pattern: Pattern, { tag, digest }: ImageReference): boolean {
  if (pattern.tag === undefined) return true;
  // Most patterns are never looked at, so that a rule is made when it is.
  return tag === undefined && digest !== undefined ? false : glob(pattern.tag, '.*').test(tag ?? 'latest');
}

function lastNameOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function known(family: ImageFamily, reference: ImageReference, by: KnownImage['by']): KnownImage {
  const {
    id: _id,
    title: _title,
    grade: _grade,
    images: _images,
    isBase: _isBase,
    isUsers: _isUsers,
    variants = [],
    ...base
  } = family;
  const isVariantKnown =
    variants.length === 0 || reference.tag !== undefined || reference.digest === undefined;
  const tag = reference.tag ?? 'latest';
  const holding = variants.filter(({ when }) => isVariantKnown && holds(when, tag));
  const facts: ImageFacts = Object.assign({}, base, ...holding.map(({ when: _, ...own }) => own));
  return { family, reference, facts, by, isVariantKnown };
}

function holds({ tag, below, from }: TagRule, written: string): boolean {
  if (tag !== undefined && !glob(tag, '.*').test(written)) return false;
  const version = versionOf(written);
  if (below !== undefined && (version === undefined || compare(version, below) >= 0)) return false;
  return from === undefined || version === undefined || compare(version, from) >= 0;
}

/** Less than, equal to or greater than zero, as far as both say something. */
function compare(version: readonly number[], text: string): number {
  const other = text.split('.').map(Number);
  for (let index = 0; index < Math.min(version.length, other.length); index++) {
    const difference = (version[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A fact that edits may follow; undefined where it is for words alone. */
export function firm<T extends { readonly grade?: Grade }>(
  image: KnownImage | undefined,
  fact: T | undefined,
): T | undefined {
  if (image === undefined || fact === undefined) return undefined;
  if (image.by !== 'reference' || !image.isVariantKnown) return undefined;
  return (fact.grade ?? image.family.grade) === 'weak' ? undefined : fact;
}
