/** The report as a view of the editor: one panel, whose links lead to places in files. */
import {
  type CancellationToken,
  l10n,
  Position,
  ProgressLocation,
  Selection,
  TextEditorRevealType,
  type Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';

export interface ReportPage {
  readonly html: string;
  /** By the numbers that the page names them with. */
  readonly files: readonly Uri[];
}

/** Makes the page; the nonce is what its scripts carry. */
export type MakeReport = (nonce: string, subject: string, token: CancellationToken) => Promise<ReportPage>;

let shown: { readonly panel: WebviewPanel; files: readonly Uri[] } | undefined;

/** Opens the report, or brings it up to date where it is open. */
export async function showReport(make: MakeReport): Promise<void> {
  const nonce = newNonce();
  const subject = workspace.name ?? l10n.t('open files');
  const page = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: l10n.t('Podproof: Making the report'),
      cancellable: true,
    },
    async (_, token) => {
      try {
        return await make(nonce, subject, token);
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      }
    },
  );
  if (page === undefined) return;
  if (page.html === '') {
    await window.showInformationMessage(l10n.t('Podproof: The report could not be made. The log says why.'));
    return;
  }
  shown ??= open();
  shown.files = page.files;
  shown.panel.webview.html = page.html;
  shown.panel.reveal();
}

function open(): NonNullable<typeof shown> {
  const panel = window.createWebviewPanel(
    'podproof.report',
    l10n.t('Pod security report'),
    ViewColumn.Active,
    {
      enableScripts: true,
      enableForms: true,
      enableFindWidget: true,
      localResourceRoots: [],
    },
  );
  const view = { panel, files: [] as readonly Uri[] };
  panel.onDidDispose(() => {
    if (shown === view) shown = undefined;
  });
  panel.webview.onDidReceiveMessage(async (message: unknown) => {
    const place = placeIn(message);
    const uri = place === undefined ? undefined : view.files[place.file];
    if (place === undefined || uri === undefined) return;
    const at = new Position(place.line - 1, place.character - 1);
    // Beside the report, which stays in sight.
    const editor = await window.showTextDocument(uri, { viewColumn: ViewColumn.Beside, preview: true });
    const word = editor.document.getWordRangeAtPosition(at);
    editor.selection = new Selection(at, word?.end ?? at);
    editor.revealRange(editor.selection, TextEditorRevealType.InCenterIfOutsideViewport);
  });
  return view;
}

interface Place {
  readonly file: number;
  /** One-based. */
  readonly line: number;
  readonly character: number;
}

/** A page is not believed to say what it should. */
function placeIn(message: unknown): Place | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { file, line, character } = message as Partial<Record<string, unknown>>;
  const isCount = (value: unknown, least: number): value is number =>
    Number.isSafeInteger(value) && (value as number) >= least;
  return isCount(file, 0) && isCount(line, 1) && isCount(character, 1)
    ? { file, line, character }
    : undefined;
}

function newNonce(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
