/** To LSP: squiggles and edits in the words of the protocol. */
import {
  type Diagnostic,
  DiagnosticSeverity,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { Finding } from '../shared/analysis/analyze.ts';
import { pageUrl } from '../shared/catalog/pages.ts';
import type { Severity } from '../shared/practices/practice.ts';
import type { LineIndex } from '../shared/text/lineIndex.ts';
import { type Span, shifted } from '../shared/text/span.ts';
import type { TextEdit as SpanEdit } from '../shared/text/textEdit.ts';
import type { Features } from './features.ts';
import type { Squiggle } from './squiggles.ts';
import type { OpenText } from './text.ts';

export function toRange(lines: LineIndex, span: Span): Range {
  return { start: lines.positionAt(span.start), end: lines.positionAt(span.end) };
}

/** A small identity of what a diagnostic is about, for tools that read it; fixes are found again from the text alone. */
export interface DiagnosticData {
  /** `apiVersion/kind/namespace/name`; empty where there is no namespace or no name. */
  readonly workload: string;
  /** Path of the pod spec in its object. */
  readonly pod: string;
  /** Names, or places in their list, of the containers that the diagnostic is about; empty for the pod's own. */
  readonly containers: readonly string[];
}

export function toDiagnostic(squiggle: Squiggle, document: OpenText, features: Features): Diagnostic {
  const { presented, documentStart } = squiggle;
  const { lines, uri } = document;
  const [first] = presented.findings;
  return {
    range: toRange(lines, shifted(presented.span, documentStart)),
    severity: toSeverity(presented.severity),
    code: presented.code,
    ...(features.codeDescription &&
      first !== undefined && { codeDescription: { href: pageUrl(first.finding.practice) } }),
    source: 'podproof',
    message: presented.message,
    ...(features.relatedInformation &&
      presented.related.length > 0 && {
        relatedInformation: presented.related.map(({ span, message }) => ({
          location: { uri, range: toRange(lines, shifted(span, documentStart)) },
          message,
        })),
      }),
    ...(features.diagnosticData && { data: dataOf(presented.findings.map(({ finding }) => finding)) }),
  };
}

function toSeverity(severity: Severity): DiagnosticSeverity {
  switch (severity) {
    case 'error':
      return DiagnosticSeverity.Error;
    case 'warning':
      return DiagnosticSeverity.Warning;
    case 'information':
      return DiagnosticSeverity.Information;
  }
}

export function dataOf(findings: readonly Finding[]): DiagnosticData {
  const [first] = findings;
  if (first === undefined) return { workload: '', pod: '', containers: [] };
  const { apiVersion, kind, namespace, name } = first.workload;
  return {
    workload: [apiVersion, kind, namespace ?? '', name ?? ''].join('/'),
    pod: first.pod.pathInObject.join('.'),
    containers: findings.flatMap(({ container }) =>
      container === null ? [] : [container.name ?? `${container.list}[${container.index}]`],
    ),
  };
}

export function toTextEdits(lines: LineIndex, edits: readonly SpanEdit[]): TextEdit[] {
  return edits.map(({ span, newText }) => ({ range: toRange(lines, span), newText }));
}

/** Edits of one document; tied to its version where the client can tell when it has another one by then. */
export function toWorkspaceEdit(
  document: OpenText,
  edits: readonly SpanEdit[],
  features: Features,
): WorkspaceEdit {
  const textEdits = toTextEdits(document.lines, edits);
  if (!features.documentChanges) return { changes: { [document.uri]: textEdits } };
  const { uri, version } = document;
  return { documentChanges: [{ textDocument: { uri, version }, edits: textEdits }] };
}
