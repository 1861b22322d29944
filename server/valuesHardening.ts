/** Hardening by values, from the editor: what a chart lets its values decide is written into one of its values files, and nothing else. */
import {
  type CodeAction,
  type CodeActionParams,
  CodeActionTriggerKind,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { hardenByValues, isAnsweredByValues, type ValuesHardening } from '../shared/analysis/chartValues.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import type { ChartFiles } from '../shared/helm/chart.ts';
import { HARDEN_KINDS, isNamed, isWanted } from './actionKinds.ts';
import { changesOf } from './changedFile.ts';
import type { Analysis } from './documents.ts';
import type { Features } from './features.ts';

/** The chart of a document, as its files are now. */
export interface ChartNow {
  readonly settings: Settings;
  readonly files: ChartFiles;
  /** The document's own path in the files. */
  readonly file: string;
  uriOf(file: string): string;
}

export type HardenedByValues =
  /** `left` says what no value decides; undefined where there is nothing of that kind. */
  | { readonly edit: WorkspaceEdit; readonly left: string | undefined }
  /** One sentence for a person. */
  | { readonly declined: string };

/** For each values file that decides something here, the action that hardens the chart by it; to be resolved. */
export async function valuesActions(
  analysis: Analysis,
  { context: { only, triggerKind } }: CodeActionParams,
  features: Features,
  chartOf: () => Promise<ChartNow | undefined>,
): Promise<readonly CodeAction[]> {
  const canApply = features.createsFiles && features.documentChanges && features.resolvesEdits;
  if (!canApply || !isWanted(HARDEN_KINDS.values, only)) return [];
  const { document, analyzed, findings } = analysis;
  const { chart } = analyzed;
  // A values file that the settings do not name is one all the same to whoever asks from it, and a release may give more than it does.
  const isAsked = isNamed(HARDEN_KINDS.values, only) || triggerKind === CodeActionTriggerKind.Invoked;
  if (chart !== undefined) {
    const { sets, runs } = chart.runs;
    const isRelease = runs[0].set !== undefined;
    if (!findings.some(isAnsweredByValues) && !(isRelease && isAsked)) return [];
    return (isRelease ? sets : [OWN, ...sets]).map((file) => actionFor(document.uri, file, isRelease));
  }
  if (!isAsked || !/\/values[^/]*\.ya?ml$/.test(document.uri)) return [];
  const now = await chartOf();
  return now === undefined || now.file.includes('/') ? [] : [actionFor(document.uri, now.file, false)];
}

const OWN = 'values.yaml';

function actionFor(uri: string, values: string, isRelease: boolean): CodeAction {
  const where = isRelease ? 'of this release' : `in ${values}`;
  return {
    title: `Harden the chart by values ${where}`,
    kind: HARDEN_KINDS.values,
    data: { uri, values },
  };
}

/** Which document and values file an action of this kind is about; undefined for another action. */
export function valuesOf({
  data,
}: CodeAction): { readonly uri: string; readonly values: string } | undefined {
  if (typeof data !== 'object' || data === null || !('uri' in data) || !('values' in data)) return undefined;
  const { uri, values }: { readonly uri: unknown; readonly values: unknown } = data;
  return typeof uri === 'string' && typeof values === 'string' ? { uri, values } : undefined;
}

/** The edit of one values file. */
export function hardenedByValues({ files, settings, uriOf }: ChartNow, values: string): HardenedByValues {
  const hardened = hardenByValues(files, settings, values);
  if (hardened === undefined) return { declined: 'The chart is gone.' };
  const before = files.get(values);
  const left = leftWords(hardened);
  if (hardened.text === (before ?? ''))
    return { declined: left ?? 'There is nothing to harden in the chart.' };
  const documentChanges = [...changesOf({ before, after: hardened.text }, uriOf(values))];
  return { edit: { documentChanges }, left };
}

function leftWords({ declined }: ValuesHardening): string | undefined {
  const [first] = declined;
  if (first === undefined) return undefined;
  const codes = [...new Set(declined.map(({ placed: { finding } }) => finding.practice))];
  const named = codes.length > 3 ? `${codes.slice(0, 3).join(', ')} and more` : codes.join(', ');
  const isOneReason = declined.every(({ reason }) => reason === first.reason);
  const count = declined.length === 1 ? 'one finding is left' : `${declined.length} findings are left`;
  return `${count} (${named})${isOneReason ? `: ${first.reason.charAt(0).toLowerCase()}${first.reason.slice(1)}` : '.'}`;
}
