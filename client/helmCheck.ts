/** What Helm makes of a chart, shown among the problems until something in the chart changes; what its files say themselves is not shown twice. */
import {
  type CancellationToken,
  type Diagnostic,
  Disposable,
  l10n,
  languages,
  ProgressLocation,
  RelativePattern,
  type Uri,
  window,
  workspace,
} from 'vscode';
import { plain } from './plain.ts';

export interface HelmChecked {
  /** The folder of the chart. */
  readonly root: Uri;
  readonly files: readonly { readonly uri: Uri; readonly diagnostics: readonly Diagnostic[] }[];
  /** How many of the diagnostics the templates' own reading does not say. */
  readonly beyond: number;
}

/** Asks the server about the chart of a file; a sentence where nothing was rendered. */
export type CheckWithHelm = (
  uri: Uri,
  isTrusted: boolean,
  token: CancellationToken,
) => Promise<HelmChecked | string>;

let shown: Disposable | undefined;

/** Checks the chart of the file in the active editor, where the workspace is trusted. */
export async function checkChartWithHelm(
  start: () => Promise<{ checkWithHelm: CheckWithHelm }>,
): Promise<void> {
  // A command may be run without the palette, which offers it only in a trusted workspace.
  if (!workspace.isTrusted) {
    await window.showInformationMessage(l10n.t('Podproof starts Helm only in a trusted workspace.'));
    return;
  }
  const uri = window.activeTextEditor?.document.uri;
  if (uri === undefined) {
    await window.showInformationMessage(l10n.t('Podproof checks Helm charts: open a file of one first.'));
    return;
  }
  const server = await start();
  const checked = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: l10n.t('Podproof: Rendering the chart with Helm'),
      cancellable: true,
    },
    async (_, token) => {
      try {
        return await server.checkWithHelm(uri, workspace.isTrusted, token);
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      }
    },
  );
  if (checked === undefined) return;
  shown?.dispose();
  shown = undefined;
  if (typeof checked === 'string') {
    await window.showInformationMessage(plain(`Podproof: ${checked}`));
    return;
  }
  shown = show(checked);
  const count = checked.files.reduce((sum, { diagnostics }) => sum + diagnostics.length, 0);
  await window.showInformationMessage(
    count === 0
      ? l10n.t('Podproof: Nothing is missed in what Helm makes of this chart.')
      : l10n.t(
          'Podproof: Problems in what Helm makes of this chart: {0}. Not seen without Helm: {1}.',
          count,
          checked.beyond,
        ),
  );
}

/** Takes back what is shown. */
export function forgetHelmCheck(): void {
  shown?.dispose();
  shown = undefined;
}

/** Shows what nobody else does, for as long as the chart stays as it is. Disposing takes it back. */
function show({ root, files }: HelmChecked): Disposable {
  const collection = languages.createDiagnosticCollection('podproof-helm');
  const listeners: Disposable[] = [collection];
  const disposable = new Disposable(() => {
    for (const listener of listeners.splice(0)) listener.dispose();
  });
  const isInChart = (uri: Uri): boolean =>
    uri.scheme === root.scheme && uri.authority === root.authority && uri.path.startsWith(`${root.path}/`);
  const before = new Map<string, string>();
  const update = (): void => {
    for (const { uri, diagnostics } of files) {
      const left = diagnostics.filter((one) => !isShownBesides(uri, one));
      // What has been set is announced as a change again.
      const saying = JSON.stringify(left.map((one) => diagnostics.indexOf(one)));
      if (before.get(uri.toString()) === saying) continue;
      before.set(uri.toString(), saying);
      collection.set(uri, left);
    }
  };
  const watcher = workspace.createFileSystemWatcher(new RelativePattern(root, '**'));
  const end = (uri: Uri): void => {
    if (isInChart(uri)) disposable.dispose();
  };
  listeners.push(
    watcher,
    watcher.onDidChange(end),
    watcher.onDidCreate(end),
    watcher.onDidDelete(end),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) end(document.uri);
    }),
    languages.onDidChangeDiagnostics(({ uris }) => {
      if (uris.some(isInChart)) update();
    }),
  );
  update();
  return disposable;
}

/** True where the file's own answer has it, there or, as values decide it, in the other file that it names. */
function isShownBesides(uri: Uri, { code, range, relatedInformation = [] }: Diagnostic): boolean {
  const elsewhere = relatedInformation
    .map(({ location }) => location)
    .filter((location) => location.uri.toString() !== uri.toString());
  return [{ uri, range }, ...elsewhere].some((place) =>
    languages
      .getDiagnostics(place.uri)
      .some(
        (other) =>
          other.source === 'podproof' &&
          nameOf(other.code) === nameOf(code) &&
          other.range.start.line === place.range.start.line,
      ),
  );
}

function nameOf(code: Diagnostic['code']): string {
  return String(typeof code === 'object' ? code.value : code);
}
