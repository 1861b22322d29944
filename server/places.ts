/** Places of files: their URIs, however they are spelled. */
import { decoded } from '../shared/text/uri.ts';

/** A URI without its escapes, so that different spellings of one file are one place. */
export function placeOf(uri: string): string {
  return decoded(uri);
}

/** The URI of a place, with the escapes that editors write. */
export function uriAt(place: string): string {
  const [, scheme = '', path = ''] = /^([a-z][\w+.-]*:\/\/[^/]*)?(.*)$/is.exec(place) ?? [];
  return scheme + path.split('/').map(encodeURIComponent).join('/');
}

/** The path in a URI, without its escapes. */
export function pathOf(uri: string): string {
  return decoded(uri.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, ''));
}
