/** Tells cheaply whether a text may be a Kubernetes manifest, so that nothing else is loaded while none is open. */

/** A key at the start of a line or of a flow mapping's entry, in any of the quotes of YAML and JSON. */
const apiVersionKey = /(?:^|[\s{,])(["']?)apiVersion\1\s*:/;
const kindKey = /(?:^|[\s{,])(["']?)kind\1\s*:/;

/**
 * Whether the text has both an `apiVersion` and a `kind` key, which every Kubernetes object has.
 *
 * A guess in favor of looking: both words in a comment are enough. The language server then decides properly.
 */
export function looksLikeManifest(text: string): boolean {
  return apiVersionKey.test(text) && kindKey.test(text);
}
