/** Which of the editor's documents Podproof reads. */
import { languages, type TextDocument } from 'vscode';

/**
 * `helm` is what Helm's extensions call templates. Languages that merely look like YAML (Compose files, pipelines, workflows,
 * playbooks) have names of their own and are left alone.
 */
const languageIds = ['yaml', 'helm', 'json', 'jsonc'];

/** Only what can be edited: not `git:` and other views of the past, not the cells of notebooks. */
const schemes = ['file', 'untitled', 'vscode-vfs', 'vscode-remote'];

export const documentSelector = schemes.flatMap((scheme) =>
  languageIds.map((language) => ({ scheme, language })),
);

export function isServed(document: TextDocument): boolean {
  return languages.match(documentSelector, document) > 0;
}

/** A `.podproof.yaml`, whose settings are checked like manifests are. */
export function isConfigFile({ uri }: TextDocument): boolean {
  return uri.path.endsWith('/.podproof.yaml');
}
