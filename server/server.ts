/** Server: wires a connection to the analysis. Knows no Node and no browser, so that both can run it. */
import {
  CancellationToken,
  type CodeAction,
  type CodeActionParams,
  type CodeLensParams,
  CodeLensRefreshRequest,
  type CompletionParams,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  type DocumentDiagnosticReport,
  type ExecuteCommandParams,
  FileChangeType,
  type HoverParams,
  type InitializeParams,
  type InitializeResult,
  type InlayHintParams,
  MessageType,
  ShowMessageNotification,
  WatchKind,
} from 'vscode-languageserver';
import type { ToolAnswer } from '../shared/agents/answers.ts';
import { type DocumentAnalysis, factsKnownTo } from '../shared/analysis/analyze.ts';
import { tallyOf } from '../shared/analysis/tally.ts';
import type { Settings } from '../shared/catalog/settings.ts';
import { answerAgent } from './agents.ts';
import { createBaselines, isBaseline } from './baselines.ts';
import { createBuilds } from './builds.ts';
import { createClientFiles } from './clientFiles.ts';
import { createClosedConfigs } from './closedConfigs.ts';
import { codeActions, documentOf, hardenChoices, resolveAction } from './codeActions.ts';
import { createConfigFiles, isConfigFile } from './configFiles.ts';
import { createReporter } from './diagnostics.ts';
import { type Analysis, createDocuments } from './documents.ts';
import { createFactIndex } from './factIndex.ts';
import { type Features, readFeatures, serverCapabilities } from './features.ts';
import { describeFailure, fenced, fencedNotification, logOf, quietly } from './fence.ts';
import type { Files } from './files.ts';
import { createFolders } from './folders.ts';
import { changesIn, hardenedFile } from './hardening.ts';
import { checkWithHelm } from './helmCheck.ts';
import { completionsIn, hoverIn } from './help.ts';
import type { Host } from './host.ts';
import type { Kustomizations } from './kustomize.ts';
import { codeLenses, inlayHints, lensAt } from './lenses.ts';
import { pathOf } from './places.ts';
import {
  type AgentParams,
  agentRequest,
  type BaselineParams,
  type BaselineResult,
  baselineRequest,
  CHECK_WORKSPACE,
  type HardenChoicesParams,
  type HardenParams,
  type HardenResult,
  type HelmCheckParams,
  type HelmCheckResult,
  hardenChoicesRequest,
  hardenRequest,
  helmCheckRequest,
  hiddenNotification,
  type LadderParams,
  type LadderResult,
  ladderRequest,
  listFolderRequest,
  type ReportParams,
  type ReportResult,
  readBytesRequest,
  readFileRequest,
  reportClosedNotification,
  reportOutdatedNotification,
  reportRequest,
  statusNotification,
} from './protocol.ts';
import { createPublisher } from './publisher.ts';
import { createReports, type Reports } from './report.ts';
import { createSettings, SECTION } from './settings.ts';
import { statusOf } from './status.ts';
import { hardenedByValues, valuesActions, valuesOf } from './valuesHardening.ts';
import { withCharts } from './withCharts.ts';
import { kustomizationsIn } from './withKustomizations.ts';
import { createWorkspace } from './workspace.ts';
import type { Checked } from './workspaceCheck.ts';
import { baselineText } from './writeBaseline.ts';

/** What the client is asked to tell of. Where a folder is gone, editors tell of the folder, and not of each file that was in it. */
const WATCHED = [
  // Braces within braces match nothing in VS Code.
  { globPattern: '**/*.{yaml,yml,json,tpl,tgz}' },
  { globPattern: '**/Kustomization' },
  { globPattern: '**/.gitignore' },
  { globPattern: '**', kind: WatchKind.Delete },
  { globPattern: '**/*{Dockerfile,dockerfile,Containerfile,docker-bake}*' },
];

const GONE_CHART = { declined: 'The chart is gone.' };

/** Serves a connection until it ends. The caller then lets it listen. */
export function startServer(connection: Connection, host: Host): void {
  connection.onInitialize((params) => {
    const features = readFeatures(params.capabilities ?? {});
    const files = host.files ?? (features.servesFiles ? filesOf(connection, host) : undefined);
    serve(connection, files === undefined ? host : { ...host, files }, features, params);
    const result: InitializeResult = {
      capabilities: serverCapabilities(features, files !== undefined),
      serverInfo: { name: 'podproof', version: host.version },
    };
    return result;
  });
}

function filesOf(connection: Connection, { unpack }: Host): Files {
  const ask = {
    readFile: (uri: string) => connection.sendRequest(readFileRequest, { uri }),
    readBytes: (uri: string) => connection.sendRequest(readBytesRequest, { uri }),
    listFolder: (uri: string) => connection.sendRequest(listFolderRequest, { uri }),
  };
  return createClientFiles(ask, unpack);
}

function serve(connection: Connection, given: Host, features: Features, params: InitializeParams): void {
  const { initializationOptions } = params;
  const log = logOf(connection);
  const folders = createFolders(params);
  // A repository that nobody trusts names files as it likes: none outside of the workspace is read for it.
  const files = given.files?.within?.(folders.all) ?? given.files;
  const host = files === undefined ? given : { ...given, files };
  const closedConfigs = createClosedConfigs(connection);
  const configs = createConfigFiles(host.files, folders, (uri, text, problems) => {
    if (documents.get(uri) === undefined) closedConfigs.show(uri, text, problems);
  });
  const settings = createSettings(
    initializationOptions,
    features.configuration ? (items) => connection.workspace.getConfiguration(items) : undefined,
    configs.of,
    (error) => log.error(`The client did not say its settings. ${describeFailure(error)}`),
  );
  const reporter = createReporter(features);
  const said = new Map<string, string>();
  const announce = (analysis: Analysis): void => {
    host.worked?.();
    logFailures(analysis);
    reports?.changed();
    const { uri } = analysis.document;
    kustomizations.typed(uri);
    facts.says(uri, factsKnownTo(analysis.analyzed, analysis.elsewhere).own);
    const status = statusOf(analysis, reporter(analysis).total);
    const saying = JSON.stringify(status);
    if (said.get(uri) === saying) return;
    said.set(uri, saying);
    quietly(() => connection.sendNotification(statusNotification, status));
  };
  const builds = createBuilds(host.files, folders);
  const baselines = createBaselines(host.files, folders, (problem) => log.warn(problem));
  const others = {
    elsewhereOf: (uri: string) => facts.elsewhereOf(uri),
    rememberedOf: baselines.of,
    rootOf: folders.of,
    settingsFor: (uri: string, known: Settings) =>
      kustomizations.settingsFor(uri, builds.settingsFor(uri, known)),
    mayAnswer: (uri: string) => kustomizations.mayAnswer(uri),
    standing: (...said: Parameters<Kustomizations['standing']>) => kustomizations.standing(...said),
  };
  const settingsAsUsed = (uri: string): Settings | Promise<Settings> => {
    const known = settings.of(uri);
    return known instanceof Promise
      ? known.then((one) => others.settingsFor(uri, one))
      : others.settingsFor(uri, known);
  };
  const documents = withCharts(
    host.files,
    (finished) => createDocuments(host, settingsAsUsed, others, finished),
    {
      folderOf: folders.of,
      covers: (uri) => workspace.covers(uri),
      changed: (uris) => quietly(() => refresh(uris)),
    },
    announce,
  );

  /** A document that stays the same is not complained about again. */
  const logged = new WeakSet<DocumentAnalysis>();
  const logFailures = ({ analyzed }: Analysis): void => {
    if (tallyOf(analyzed).failures === 0) return;
    for (const { analysis } of analyzed.documents) {
      if (analysis.failures.length === 0 || logged.has(analysis)) continue;
      logged.add(analysis);
      for (const { practice, error } of analysis.failures) {
        log.error(`${practice ?? 'Reading a document'} failed. ${describeFailure(error)}`);
      }
    }
  };

  const publisher = features.pullsDiagnostics
    ? undefined
    : createPublisher(connection, host, documents, reporter, features, log);

  /** What is known beside texts and settings has changed; several changes in a row are answered once. */
  let isRejoining = false;
  const tellOfChange = (): void => {
    documents.rejoin();
    if (isRejoining || documents.uris().length === 0) return;
    isRejoining = true;
    const answer = async (): Promise<void> => {
      await host.pause();
      isRejoining = false;
      await refresh(documents.uris());
    };
    answer().catch((error: unknown) => log.error(`Telling of a change failed. ${describeFailure(error)}`));
  };
  const facts = createFactIndex(host, folders, (what) => {
    tellOfChange();
    if (what !== undefined) workspace.factsChanged(what.folder, what.names);
  });
  const kustomizations = kustomizationsIn(host, folders, {
    textOf: (uri) => documents.get(uri)?.text,
    settingsOf: async (uri) => builds.settingsFor(uri, await settings.of(uri)),
    changed: (paths) => {
      tellOfChange();
      workspace.othersChanged((uri) => paths.has(pathOf(uri)));
    },
    failed: (error) => log.error(`Building kustomizations failed. ${describeFailure(error)}`),
  });

  const rejoin = async (): Promise<void> => {
    documents.rejoin();
    if (documents.uris().length > 0) await refresh(documents.uris());
  };

  /** Settles when the workspace has first been read, whatever came of it. */
  let hasRead: Promise<void> = Promise.resolve();
  const readWorkspace = async (): Promise<void> => {
    const begun = performance.now();
    if (await baselines.read()) await rejoin();
    const noticed = new Map<string, string>();
    await facts.read((uri, folder, text) => {
      noticed.set(uri, folder);
      kustomizations.noticed(uri, text);
    });
    if (await builds.read(noticed)) tellOfChange();
    await kustomizations.read();
    log.info(`Read the workspace in ${Math.round(performance.now() - begun)} ms.`);
  };

  const checkFailed = (error: unknown): void =>
    log.error(`Checking the workspace failed. ${describeFailure(error)}`);
  /** Work on files that nobody waits for. */
  const inBackground = (work: Promise<unknown>): void => {
    work.catch(checkFailed);
  };

  /** Documents that are open without anybody seeing them; the client asks nothing about them. */
  let hidden: ReadonlySet<string> = new Set();

  const workspace = createWorkspace({
    ...others,
    host,
    folders,
    reporter,
    charts: documents.charts,
    isOpen: (uri) => documents.get(uri) !== undefined,
    isAnswered: (uri) => documents.get(uri) !== undefined && !hidden.has(uri),
    openAnalysis: (uri) => documents.analysis(uri, CancellationToken.None),
    coverChanged: () => documents.charts.coverChanged(),
    settingsBelow: settings.below,
    hiddenIn: (folder) => hiddenBy(features.configuration ? connection : undefined, folder),
    send: (uri, diagnostics) => quietly(() => connection.sendDiagnostics({ uri, diagnostics })),
    failed: checkFailed,
  });

  let reports: Reports | undefined;
  const reportsMade = (): Reports => {
    reports ??= createReports({
      documents,
      workspace,
      folders,
      outdated: () => quietly(() => connection.sendNotification(reportOutdatedNotification, {})),
    });
    return reports;
  };

  /** A file that decides settings has changed. */
  const reload = async (): Promise<void> => {
    const uris = documents.uris();
    if (await settings.changed(uris)) await refresh(uris);
    inBackground(workspace.everythingChanged());
  };

  /** Lets the client ask again for everything that it shows, or sends it anew. */
  const refresh = async (uris: readonly string[]): Promise<void> => {
    if (publisher !== undefined) for (const uri of uris) publisher.changed(uri);
    await Promise.all([
      publisher === undefined && features.refreshesDiagnostics && connection.languages.diagnostics.refresh(),
      features.refreshesCodeLenses && connection.sendRequest(CodeLensRefreshRequest.type),
      features.refreshesInlayHints && connection.languages.inlayHint.refresh(),
    ]);
  };

  // Documents.

  connection.onDidOpenTextDocument(
    fencedNotification(log, 'Opening a document', async (params) => {
      const { uri, text } = params.textDocument;
      documents.open(params);
      if (!hidden.has(uri)) workspace.opened(uri);
      if (isConfigFile(uri)) {
        configs.opened(uri, text);
        closedConfigs.hide(uri);
      }
      publisher?.changed(uri);
      if (isConfigFile(uri)) await reload();
    }),
  );
  connection.onDidChangeTextDocument(
    fencedNotification(log, 'Changing a document', async (params) => {
      const { uri } = params.textDocument;
      try {
        documents.change(params);
      } finally {
        publisher?.changed(uri);
      }
      workspace.typed(uri);
      const text = isConfigFile(uri) ? documents.get(uri)?.text : undefined;
      if (text === undefined) return;
      configs.opened(uri, text);
      await reload();
    }),
  );
  connection.onDidCloseTextDocument(
    fencedNotification(log, 'Closing a document', async ({ textDocument: { uri } }) => {
      documents.close(uri);
      settings.forget(uri);
      said.delete(uri);
      publisher?.closed(uri);
      facts.says(uri, undefined);
      kustomizations.typed(uri);
      inBackground(workspace.fileChanged(uri));
      if (!isConfigFile(uri)) return;
      configs.opened(uri, undefined);
      await reload();
    }),
  );

  connection.onNotification(
    hiddenNotification,
    fencedNotification(log, 'Hearing of hidden documents', ({ uris }) => {
      const before = hidden;
      hidden = new Set(uris);
      for (const uri of before)
        if (!hidden.has(uri) && documents.get(uri) !== undefined) workspace.opened(uri);
      for (const uri of hidden) if (!before.has(uri)) inBackground(workspace.fileChanged(uri));
    }),
  );

  // Files and folders.

  /** True where the file decides settings. */
  const fileChanged = async (uri: string): Promise<boolean> => {
    if (isConfigFile(uri)) {
      configs.forget(uri);
      return true;
    }
    if (await builds.changed(uri)) {
      tellOfChange();
      await kustomizations.read();
      inBackground(workspace.everythingChanged());
    }
    await kustomizations.changed(uri);
    if (isBaseline(uri)) {
      if (!(await baselines.read())) return false;
      await rejoin();
      inBackground(workspace.everythingChanged());
    } else {
      await facts.changed(uri);
      inBackground(workspace.fileChanged(uri));
    }
    return false;
  };
  connection.onDidChangeWatchedFiles(
    fencedNotification(log, 'Hearing of changed files', async ({ changes }) => {
      for (const { uri } of changes) documents.charts.touched(uri);
      const isFolderGone = changes.some(
        ({ uri, type }) => type === FileChangeType.Deleted && kustomizations.holds(uri),
      );
      // Which files there are is another question than what is in them.
      if (isFolderGone || changes.some(({ uri }) => uri.endsWith('/.gitignore'))) {
        configs.forget();
        documents.charts.forgetFiles();
        await readWorkspace();
        await reload();
        return;
      }
      const decisive = await Promise.all(changes.map(({ uri }) => fileChanged(uri)));
      if (decisive.includes(true)) await reload();
    }),
  );
  connection.onDidSaveTextDocument(
    fencedNotification(log, 'Hearing of a saved file', async ({ textDocument: { uri } }) => {
      if (await fileChanged(uri)) await reload();
    }),
  );
  if (features.workspaceFolders) {
    connection.onNotification(
      DidChangeWorkspaceFoldersNotification.type,
      fencedNotification(log, 'Changing folders', async ({ event }) => {
        folders.changed(event);
        configs.forget();
        documents.rejoin();
        await settings.changed(documents.uris());
        await refresh(documents.uris());
        await readWorkspace();
        await workspace.everythingChanged();
      }),
    );
  }

  // Settings.

  connection.onInitialized(
    fencedNotification(log, 'Starting', () => {
      log.info(`Podproof ${host.version} is ready.`);
      const unseen = (what: string) => (error: unknown) =>
        log.warn(`Changes of ${what} are not seen. ${describeFailure(error)}`);
      if (features.registersConfiguration) {
        connection.client
          .register(DidChangeConfigurationNotification.type, { section: SECTION })
          .catch(unseen('the settings'));
      }
      if (features.watchesFiles) {
        connection.client
          .register(DidChangeWatchedFilesNotification.type, { watchers: WATCHED })
          .catch(unseen('files'));
      }
      hasRead = readWorkspace();
      inBackground(hasRead.then(() => workspace.checkAsSet()));
    }),
  );
  connection.onDidChangeConfiguration(
    fencedNotification(log, 'Changing settings', async (params) => {
      const uris = documents.uris();
      const isOther = await settings.changed(uris, params.settings);
      inBackground(workspace.everythingChanged());
      if (isOther) await refresh(uris);
    }),
  );

  // Requests.

  connection.onExecuteCommand(
    fenced(
      log,
      'Checking the workspace',
      async ({ command }: ExecuteCommandParams): Promise<Checked | null> => {
        if (command !== CHECK_WORKSPACE) return null;
        const shown = features.progress ? await connection.window.createWorkDoneProgress() : undefined;
        shown?.begin('Podproof', undefined, 'Checking the workspace', true);
        try {
          await hasRead.catch(() => undefined);
          const checked = await workspace.checkAll({
            token: shown?.token ?? CancellationToken.None,
            report: (message) => shown?.report(message),
          });
          const type = MessageType.Info;
          const message = `Podproof checked ${inWords(checked)}`;
          quietly(() => connection.sendNotification(ShowMessageNotification.type, { type, message }));
          return checked;
        } finally {
          shown?.done();
        }
      },
      null,
    ),
  );

  const nothing: DocumentDiagnosticReport = { kind: 'full', items: [] };
  if (features.pullsDiagnostics) {
    connection.languages.diagnostics.on(
      fenced(
        log,
        'Diagnosing a document',
        async ({ textDocument: { uri }, previousResultId }, token): Promise<DocumentDiagnosticReport> => {
          const analysis = await documents.analysis(uri, token);
          if (analysis === undefined) return nothing;
          const report = reporter(analysis);
          const { resultId } = report;
          if (previousResultId === resultId && !documents.isDisturbed(uri)) {
            return { kind: 'unchanged', resultId };
          }
          documents.shows(uri, report.spans());
          return report.full(host.writer);
        },
        nothing,
      ),
    );
  }
  connection.onHover(
    fenced(
      log,
      'Hovering',
      async ({ textDocument: { uri }, position }: HoverParams, token: CancellationToken) => {
        const analysis = await documents.analysis(uri, token);
        return analysis === undefined ? null : hoverIn(analysis, position, features);
      },
      null,
    ),
  );
  connection.onCompletion(
    fenced(
      log,
      'Completing',
      async ({ textDocument: { uri }, position }: CompletionParams, token: CancellationToken) => {
        const analysis = await documents.analysis(uri, token);
        return analysis === undefined ? [] : completionsIn(analysis, position, features);
      },
      [],
    ),
  );
  if (features.codeLenses) {
    connection.onCodeLens(
      fenced(
        log,
        'Counting practices',
        async ({ textDocument: { uri } }: CodeLensParams, token: CancellationToken) => {
          const analysis = await documents.analysis(uri, token);
          return analysis === undefined ? [] : codeLenses(analysis, features);
        },
        [],
      ),
    );
    connection.onRequest(
      hardenChoicesRequest,
      fenced(
        log,
        'Offering to harden',
        async ({ uri, position }: HardenChoicesParams, token: CancellationToken) => {
          const analysis = await documents.analysis(uri, token);
          const lens = analysis === undefined ? undefined : lensAt(analysis, position);
          if (analysis === undefined || lens === undefined) return [];
          return hardenChoices(analysis, lens, features);
        },
        [],
      ),
    );
  }
  if (features.inlayHints) {
    connection.languages.inlayHint.on(
      fenced(
        log,
        'Hinting at values',
        async ({ textDocument: { uri }, range }: InlayHintParams, token: CancellationToken) => {
          const analysis = await documents.analysis(uri, token);
          return analysis === undefined ? [] : inlayHints(analysis, range);
        },
        [],
      ),
    );
  }
  connection.onCodeAction(
    fenced(
      log,
      'Offering code actions',
      async (params: CodeActionParams, token: CancellationToken) => {
        if (!features.codeActions) return [];
        const analysis = await documents.analysis(params.textDocument.uri, token);
        if (analysis === undefined) return [];
        const { charts } = documents;
        return [
          ...codeActions(analysis, params, features),
          ...kustomizations.actions(params, features),
          ...(await valuesActions(analysis, params, features, () => charts.now(analysis))),
        ];
      },
      [],
    ),
  );
  const inform = (message: string): void =>
    quietly(() =>
      connection.sendNotification(ShowMessageNotification.type, {
        type: MessageType.Info,
        // Words of a document may stand in it, and VS Code makes links of `[words](command:…)`.
        message: message.replaceAll('](', '] ('),
      }),
    );
  /** Says why an action changes nothing. */
  const refused = (action: CodeAction, { declined }: { readonly declined: string }): CodeAction => {
    inform(`Podproof changed nothing: ${declined}`);
    return action;
  };
  connection.onCodeActionResolve(async (action, token) => {
    const resolve = fenced(
      log,
      'Resolving a code action',
      async () => {
        const byPatch = await kustomizations.resolve(action);
        if (byPatch !== undefined)
          return 'edit' in byPatch ? { ...action, ...byPatch } : refused(action, byPatch);
        const byValues = valuesOf(action);
        if (byValues !== undefined) {
          const from = await documents.analysis(byValues.uri, token);
          const now = from === undefined ? undefined : await documents.charts.now(from);
          const made = now === undefined ? GONE_CHART : hardenedByValues(now, byValues.values);
          if ('declined' in made) return refused(action, made);
          if (made.left !== undefined) inform(`Podproof: In the chart, ${made.left}`);
          return { ...action, edit: made.edit };
        }
        const uri = documentOf(action);
        // An edit is for the files as they are now, and not as they once were read.
        if (uri !== undefined && documents.charts.mayTell(uri)) documents.charts.forgetFiles();
        const analysis = uri === undefined ? undefined : await documents.analysis(uri, token);
        if (analysis === undefined) return action;
        const resolved = resolveAction(action, analysis, features);
        if (resolved.declined !== undefined) return refused(resolved.action, { declined: resolved.declined });
        return resolved.action;
      },
      action,
    );
    return resolve();
  });
  connection.onRequest(
    hardenRequest,
    fenced(
      log,
      'Hardening a file',
      async (params: HardenParams, token: CancellationToken): Promise<HardenResult> => {
        const analysis = await documents.analysis(params.uri, token);
        return hardenedFile(analysis, params, token);
      },
      { declined: 'Hardening failed; the log says more.' },
    ),
  );
  connection.onRequest(
    baselineRequest,
    fenced(
      log,
      'Writing a baseline',
      async (params: BaselineParams, token: CancellationToken): Promise<BaselineResult> => {
        if (host.files === undefined) return { declined: 'Files of the workspace cannot be read here.' };
        await hasRead.catch(() => undefined);
        return baselineText(params, { documents, workspace, folders }, token);
      },
      { declined: 'The baseline could not be made; the log says more.' },
    ),
  );
  connection.onRequest(
    agentRequest,
    fenced(
      log,
      'Answering an agent',
      async (params: AgentParams, token: CancellationToken): Promise<ToolAnswer> => {
        await hasRead.catch(() => undefined);
        return answerAgent(params, { documents, standing: others.standing }, token);
      },
      { ok: false, problem: 'Answering failed; the log says more.' },
    ),
  );
  connection.onRequest(
    reportRequest,
    fenced(
      log,
      'Reporting',
      async (params: ReportParams, token: CancellationToken): Promise<ReportResult> => {
        await hasRead.catch(() => undefined);
        return reportsMade().page(params, token);
      },
      { id: '', html: '', files: [] },
    ),
  );
  connection.onNotification(
    reportClosedNotification,
    fencedNotification(log, 'Closing the report', () => reports?.closed()),
  );
  connection.onRequest(
    helmCheckRequest,
    fenced(
      log,
      'Checking with Helm',
      (params: HelmCheckParams, token: CancellationToken): Promise<HelmCheckResult> =>
        checkWithHelm(params, { ...others, host, documents, features, settingsOf: settings.of }, token),
      { declined: 'Checking with Helm failed; the log says more.' },
    ),
  );
  connection.onRequest(
    ladderRequest,
    fenced(
      log,
      'Listing what can be hardened',
      async ({ uri }: LadderParams, token: CancellationToken): Promise<LadderResult> =>
        changesIn(await documents.analysis(uri, token)),
      { declined: 'Listing failed; the log says more.' },
    ),
  );
}

/** The globs by which the editor hides files of a folder from people. */
async function hiddenBy(connection: Connection | undefined, folder: string): Promise<readonly string[]> {
  const item = { scopeUri: folder, section: 'files.exclude' };
  const globs: unknown = await connection?.workspace.getConfiguration(item).catch(() => undefined);
  if (typeof globs !== 'object' || globs === null) return [];
  return Object.entries(globs).flatMap(([glob, isHidden]) => (isHidden === true ? [glob] : []));
}

function inWords({ files, problems, inFiles, remembered, isIncomplete }: Checked): string {
  const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
  const found =
    problems === 0 ? 'nothing found' : `${counted(problems, 'problem')} in ${counted(inFiles, 'file')}`;
  const hidden = remembered === 0 ? '' : `, beside ${counted(remembered, 'finding')} that a baseline hides`;
  return `${counted(files, 'file')}: ${found}${hidden}${isIncomplete ? ', and did not come to the end' : ''}.`;
}
