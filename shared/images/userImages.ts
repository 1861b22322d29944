/** Users' images: what people say in their settings of images that the table does not know, or knows by another name. */
import { type ImageCatalog, imageCatalog } from './catalog.ts';
import type { ImageFacts, ImageFamily } from './family.ts';
import { nameOfImage, readImageReference } from './reference.ts';
import { familyById, imageFamilies } from './table.ts';

/** One entry of the setting `images`. */
export interface UserImage {
  /** A name without a tag, in which `*` stands for a part between slashes. */
  readonly image: string;
  /** The id of a family that it is a copy of. */
  readonly like?: string;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly writes?: readonly string[];
  readonly writableRoot?: string;
  readonly needsRoot?: string;
  readonly bindsPorts?: boolean;
  readonly usesApi?: boolean;
}

/** The table with the images of the settings, which go before it. An entry whose image is no name, or that is like nothing known, is left out. */
export function catalogWith(images: readonly UserImage[]): ImageCatalog {
  return imageCatalog(() => [...images.flatMap(familyOf), ...imageFamilies()]);
}

/** What people say of their own images needs no other source. */
const SOURCE = 'settings';

function familyOf(entry: UserImage, index: number): readonly ImageFamily[] {
  // A star is no part of a name, and stands for one.
  const reference = readImageReference(entry.image.replaceAll('*', STAR));
  const original = entry.like === undefined ? undefined : familyById(entry.like);
  if (reference === undefined || (entry.like !== undefined && original === undefined)) return [];
  const name = nameOfImage(reference).replaceAll(STAR, '*');
  const own = factsOf(entry);
  return [
    {
      ...original,
      ...own,
      id: `settings-${index}`,
      title: original?.title ?? name,
      grade: original?.grade ?? 'strong',
      images: [name],
      isUsers: true,
      ...(original?.variants === undefined
        ? {}
        : { variants: original.variants.map((variant) => ({ ...variant, ...own })) }),
    },
  ];
}

const STAR = 'anything0here';

function factsOf(entry: UserImage): ImageFacts {
  const { runAsUser, runAsGroup, writes, writableRoot, needsRoot, bindsPorts, usesApi } = entry;
  const told = { source: SOURCE, grade: 'strong' } as const;
  return {
    ...(runAsUser === undefined
      ? {}
      : { user: { uid: runAsUser, ...(runAsGroup === undefined ? {} : { gid: runAsGroup }), ...told } }),
    ...(writes === undefined ? {} : { writes: writes.map((path) => ({ path, what: 'files', ...told })) }),
    ...(writableRoot === undefined ? {} : { writableRoot: { why: oneLine(writableRoot), ...told } }),
    ...(needsRoot === undefined ? {} : { needsRoot: { when: 'always', why: oneLine(needsRoot), ...told } }),
    ...(bindsPorts === true
      ? {
          capabilities: {
            names: ['NET_BIND_SERVICE'],
            why: 'its binary carries this capability as a file capability',
            ...told,
          },
        }
      : {}),
    ...(usesApi === undefined ? {} : { api: { use: usesApi ? 'always' : 'never', ...told } }),
  };
}

/** A reason becomes a comment, which ends with its line, and a part of Markdown, in which it is to be words alone. */
function oneLine(text: string): string {
  return text
    .replace(/[`<>[\]\\|*_!#]/g, '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}
