/** Action kinds: what the server's code actions are called, and which of them a request asks for. */
import { CodeActionKind } from 'vscode-languageserver';

export const HARDEN_KINDS = {
  container: `${CodeActionKind.RefactorRewrite}.podproof.harden.container`,
  pod: `${CodeActionKind.RefactorRewrite}.podproof.harden.pod`,
  file: `${CodeActionKind.RefactorRewrite}.podproof.harden.file`,
  patch: `${CodeActionKind.RefactorRewrite}.podproof.harden.patch`,
  values: `${CodeActionKind.RefactorRewrite}.podproof.harden.values`,
} as const;

export const FIX_ALL_KIND = `${CodeActionKind.SourceFixAll}.podproof`;

export const ACTION_KINDS: readonly CodeActionKind[] = [
  CodeActionKind.QuickFix,
  HARDEN_KINDS.container,
  HARDEN_KINDS.pod,
  HARDEN_KINDS.file,
  HARDEN_KINDS.patch,
  HARDEN_KINDS.values,
  FIX_ALL_KIND,
];

/** True where `only` is left out, or names the kind or one that encloses it. */
export function isWanted(kind: CodeActionKind, only: readonly CodeActionKind[] | undefined): boolean {
  return only === undefined || isNamed(kind, only);
}

/** True where `only` is there and names the kind or one that encloses it. */
export function isNamed(kind: CodeActionKind, only: readonly CodeActionKind[] | undefined): boolean {
  return only?.some((wanted) => wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`)) ?? false;
}
