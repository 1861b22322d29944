/** Hardening a file: all of it, or what a person chose from the list of what can be changed. */
import type { CancellationToken } from 'vscode-languageserver';
import type { Analysis } from './documents.ts';
import { throwIfCancelled } from './fence.ts';
import { changesOf, fixChosen, fixWanted } from './fixing.ts';
import type { HardenParams, HardenResult, LadderResult } from './protocol.ts';
import { toTextEdits } from './toEdits.ts';

const NOT_OPEN = { declined: 'The file is not open.' };

/** The edits, or why there are none; `analysis` is undefined for a file that is not open. */
export function hardenedFile(
  analysis: Analysis | undefined,
  { version, changes }: HardenParams,
  token: CancellationToken,
): HardenResult {
  if (analysis === undefined) return NOT_OPEN;
  const { document, findings, excludedBy } = analysis;
  if (excludedBy !== undefined) return { declined: `The file is left out by ${excludedBy}.` };
  if (version !== undefined && version !== document.version) {
    return { declined: 'The file has changed meanwhile.' };
  }
  if (findings.length === 0) return { edits: [] };
  const fixed =
    changes === undefined ? fixWanted(analysis, { want: 'file' }, true) : fixChosen(analysis, changes);
  throwIfCancelled(token);
  if ('declined' in fixed) return fixed;
  const edits = toTextEdits(document.lines, fixed.edits);
  const others = fixed.others?.map(({ text, edits: own }) => ({
    uri: text.uri,
    edits: toTextEdits(text.lines, own),
  }));
  return others === undefined ? { edits } : { edits, others };
}

/** What can be changed, for a person to choose from; as above. */
export function changesIn(analysis: Analysis | undefined): LadderResult {
  if (analysis === undefined) return NOT_OPEN;
  const { document, excludedBy, chart } = analysis;
  if (excludedBy !== undefined) return { declined: `The file is left out by ${excludedBy}.` };
  if (chart !== undefined) {
    return { declined: 'In a chart, templates and values change together: harden the file as a whole.' };
  }
  return { version: document.version, changes: changesOf(analysis) };
}
