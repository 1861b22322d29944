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
  /** Equal for equal pages; empty where none could be made. */
  readonly id: string;
  /** Empty where the page is the one that is shown. */
  readonly html: string;
  /** By the numbers that the page names them with. */
  readonly files: readonly Uri[];
}

export interface ReportMaker {
  /** Makes the page, unless it is the one with the previous id; the nonce is what its scripts carry. */
  make(
    nonce: string,
    subject: string,
    previousId: string | undefined,
    token: CancellationToken,
  ): Promise<ReportPage>;
  /** The report is shown no longer. */
  closed(): void;
}

/** The name of the view, by which the editor brings it back after a reload. */
const REPORT_VIEW = 'podproof.report';

interface View {
  readonly panel: WebviewPanel;
  readonly nonce: string;
  readonly maker: ReportMaker;
  files: readonly Uri[];
  id: string | undefined;
  /** The newest page, and the one with which the view was filled. */
  html: string;
  filledWith: string;
  isOutdated: boolean;
  isMaking: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

let shown: View | undefined;

/** Milliseconds without a change before the report is made anew: a person types faster. */
const QUIET = 500;

/** Opens the report, or brings it up to date where it is open. */
export async function showReport(maker: ReportMaker): Promise<void> {
  const open = shown;
  if (open !== undefined) {
    open.panel.reveal();
    await bringUpToDate(open);
    return;
  }
  const nonce = newNonce();
  const page = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: l10n.t('Podproof: Making the report'),
      cancellable: true,
    },
    async (_, token) => {
      try {
        return await maker.make(nonce, subject(), undefined, token);
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      }
    },
  );
  if (page === undefined) {
    maker.closed();
    return;
  }
  if (page.id === '') {
    await window.showInformationMessage(l10n.t('Podproof: The report could not be made. The log says why.'));
    return;
  }
  const panel = window.createWebviewPanel(
    REPORT_VIEW,
    l10n.t('Pod security report'),
    ViewColumn.Active,
    OPTIONS,
  );
  fill(viewIn(panel, nonce, maker), page);
}

/** Makes the report again in a view that was open before the window was reloaded. */
export async function restoreReport(panel: WebviewPanel, maker: ReportMaker): Promise<void> {
  panel.webview.options = OPTIONS;
  panel.webview.html = `<p role="status">${l10n.t('Making the report …')}</p>`;
  await bringUpToDate(viewIn(panel, newNonce(), maker));
}

/** Another report might be made than the one that is shown. */
export function reportIsOutdated(): void {
  const view = shown;
  if (view === undefined) return;
  view.isOutdated = true;
  clearTimeout(view.timer);
  view.timer = setTimeout(() => {
    if (view.panel.visible) void bringUpToDate(view);
  }, QUIET);
}

const OPTIONS = {
  enableScripts: true,
  enableForms: true,
  enableFindWidget: true,
  localResourceRoots: [],
};

function subject(): string {
  return workspace.name ?? l10n.t('open files');
}

function fill(view: View, page: ReportPage): void {
  view.files = page.files;
  view.id = page.id;
  view.html = page.html;
  view.filledWith = page.html;
  view.panel.webview.html = page.html;
}

/** The page changes where it is: who reads in it stays where they are. */
async function bringUpToDate(view: View): Promise<void> {
  if (view.isMaking) {
    view.isOutdated = true;
    return;
  }
  view.isMaking = true;
  try {
    do {
      view.isOutdated = false;
      const page = await window.withProgress({ location: ProgressLocation.Window, title: 'Podproof' }, () =>
        view.maker.make(view.nonce, subject(), view.id, NEVER),
      );
      if (shown !== view || page.id === '') return;
      view.files = page.files;
      if (page.html === '') continue;
      if (view.filledWith === '') {
        fill(view, page);
        continue;
      }
      view.id = page.id;
      view.html = page.html;
      await view.panel.webview.postMessage({ page: page.html });
    } while (view.isOutdated && view.panel.visible);
  } catch {
    // The server is gone or is being started again, and says so itself.
    view.isOutdated = true;
  } finally {
    view.isMaking = false;
  }
}

const NEVER: CancellationToken = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};

function viewIn(panel: WebviewPanel, nonce: string, maker: ReportMaker): View {
  const view: View = {
    panel,
    nonce,
    maker,
    files: [],
    id: undefined,
    html: '',
    filledWith: '',
    isOutdated: false,
    isMaking: false,
    timer: undefined,
  };
  shown = view;
  panel.onDidDispose(() => {
    clearTimeout(view.timer);
    if (shown !== view) return;
    shown = undefined;
    maker.closed();
  });
  panel.onDidChangeViewState(() => {
    if (panel.visible && view.isOutdated) void bringUpToDate(view);
  });
  panel.webview.onDidReceiveMessage(async (message: unknown) => {
    // A page that was hidden is loaded again as it once was.
    if (isReady(message) && view.html !== view.filledWith)
      await panel.webview.postMessage({ page: view.html });
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

function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'ready' in message && message.ready === true;
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
