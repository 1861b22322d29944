/** Lenses and hints: what stands above and behind the lines of a file. */
import { type CodeLens, type InlayHint, MarkupKind, type Position, type Range } from 'vscode-languageserver';
import { inlayHintsOf } from '../shared/analysis/inlay.ts';
import { type Lens, lensesOf, lensTitle, lensTooltip } from '../shared/analysis/lens.ts';
import type { Analysis } from './documents.ts';
import type { Features } from './features.ts';
import { CHOOSE_HARDEN, type HardenChoicesParams } from './protocol.ts';
import { offsetOf, spanOf } from './text.ts';
import { toRange } from './toLsp.ts';

/** Above each workload, how many practices it follows. A client without Podproof's command shows it as text that cannot be clicked. */
export function codeLenses(analysis: Analysis, features: Features): CodeLens[] {
  const { document, analyzed, elsewhere, excludedBy } = analysis;
  if (excludedBy !== undefined) return [];
  return lensesOf(analyzed, elsewhere).map((lens) => {
    const range = toRange(document.lines, lens.span);
    const argument: HardenChoicesParams = { uri: document.uri, position: range.start };
    return {
      range,
      command: {
        title: lensTitle(lens),
        tooltip: lensTooltip(lens),
        ...(features.choosesHarden ? { command: CHOOSE_HARDEN, arguments: [argument] } : { command: '' }),
      },
    };
  });
}

/** The lens at a position, or the last one above it; undefined where there is none. */
export function lensAt({ document, analyzed, elsewhere }: Analysis, position: Position): Lens | undefined {
  const offset = offsetOf(document.lines, position);
  return lensesOf(analyzed, elsewhere).findLast(({ span }) => span.start <= offset);
}

/** At the ends of lines, what a container has without setting it. */
export function inlayHints({ document: { lines }, analyzed }: Analysis, range: Range): InlayHint[] {
  return inlayHintsOf(analyzed, spanOf(lines, range)).map(({ offset, label, tooltip }) => ({
    position: lines.positionAt(offset),
    label,
    tooltip: { kind: MarkupKind.Markdown, value: tooltip },
    paddingLeft: true,
  }));
}
