/** Reading: one document of YAML to the tree of our own, by the quick reader where it can, and by the reader of record elsewhere. */
import { maskJsonComments } from './jsonComments.ts';
import { MAX_PLAIN_LENGTH } from './nesting.ts';
import { parseOfRecord } from './parseOfRecord.ts';
import { parseQuick } from './parseQuick.ts';
import { maskTemplates } from './templates.ts';
import { markTemplate } from './templatesTree.ts';
import type { YamlDocument } from './tree.ts';

/**
 * Reads the text of one document (as `splitDocuments` cuts it). Never throws: broken text gives the tree of what can
 * be read, with every mapping and sequence that encloses or touches a problem marked open. Text nested deeper than
 * `MAX_NESTING`, or longer than `MAX_DOCUMENT_LENGTH` or of more than `MAX_TOKENS` and not plain enough for the quick reader, gives no tree
 * and one problem, and says so in `skipped`. Template actions are masked; `mask` is the document's part of a mask of the whole stream, where the caller has one.
 * The comments of a JSON document are masked too, and given as the document's.
 */
export function parseDocument(text: string, mask = maskTemplates(text)): YamlDocument {
  if (mask === undefined) return parsePlain(text);
  const document = parseYaml(mask.masked);
  if (document.root !== undefined) markTemplate(document.root, text, mask);
  return { ...document, text, template: mask };
}

/** As `parseDocument`, for a document that is certainly no template. */
export function parsePlain(text: string): YamlDocument {
  const json = maskJsonComments(text);
  return json === undefined ? parseYaml(text) : { ...parseYaml(json.masked), text, comments: json.comments };
}

/** As `parseDocument`, for text that is no template: braces in it are YAML's own. */
export function parseYaml(text: string): YamlDocument {
  return (text.length > MAX_PLAIN_LENGTH ? undefined : parseQuick(text)) ?? parseOfRecord(text);
}
