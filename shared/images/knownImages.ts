/** The images that are known without any settings. */
import { type ImageCatalog, imageCatalog } from './catalog.ts';
import { mayBeKnown } from './names.ts';
import { imageFamilies } from './table.ts';

export const KNOWN_IMAGES: ImageCatalog = imageCatalog(imageFamilies, mayBeKnown);
