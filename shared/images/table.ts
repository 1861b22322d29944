/** The table of images: every family that Podproof knows. To add one, write it in the file that fits, or in a new one named here. Loaded with the first image. */
import { APPLICATIONS } from './families/applications.ts';
import { BASES } from './families/bases.ts';
import { BITNAMI } from './families/bitnami.ts';
import { CLUSTER } from './families/cluster.ts';
import { DATABASES } from './families/databases.ts';
import { LOGGING } from './families/logging.ts';
import { MESSAGING } from './families/messaging.ts';
import { MONITORING } from './families/monitoring.ts';
import { WEB_SERVERS } from './families/webServers.ts';
import type { ImageFamily } from './family.ts';

const FAMILIES: readonly ImageFamily[] = [
  ...WEB_SERVERS,
  ...DATABASES,
  ...MESSAGING,
  ...BASES,
  ...APPLICATIONS,
  ...MONITORING,
  ...LOGGING,
  ...CLUSTER,
  ...BITNAMI,
];

/** All of them; where two match an image equally well, the first one counts. */
export function imageFamilies(): readonly ImageFamily[] {
  return FAMILIES;
}

const BY_ID: ReadonlyMap<string, ImageFamily> = new Map(FAMILIES.map((family) => [family.id, family]));

/** Undefined where no family has the id. */
export function familyById(id: string): ImageFamily | undefined {
  return BY_ID.get(id);
}
