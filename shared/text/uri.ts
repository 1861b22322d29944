/** URIs: what stands in them. */

/** A URI, or a part of one, with the characters that its escapes stand for; as it is where they stand for nothing. */
export function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
