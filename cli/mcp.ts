/** `podproof mcp`: a server of the Model Context Protocol on standard input and output, by which agents check and harden manifests. */
import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { version } from '../package.json';
import {
  explainForAgent,
  hardenForAgent,
  type ToolAnswer,
  type ToolSource,
} from '../shared/agents/answers.ts';
import { TOOLS } from '../shared/agents/words.ts';
import type { AnalyzedText } from '../shared/analysis/analyze.ts';
import { DEFAULT_SETTINGS } from '../shared/catalog/settings.ts';
import { openCharts } from './charts.ts';
import { EXIT_OK } from './exitCode.ts';
import type { Host } from './host.ts';
import { checkForAgent } from './mcpTools.ts';
import { readSource } from './reading.ts';
import { openSettings } from './settings.ts';

/** Serves until the other side closes standard input; answers the exit code. */
export async function serve(host: Host): Promise<number> {
  const server = mcpServer(host);
  const closed = new Promise<void>((settle) => {
    process.stdin.once('end', settle);
    process.stdin.once('close', settle);
  });
  // From here on a reader that goes away is no error of the program's own.
  await written(host);
  await server.connect(new StdioServerTransport());
  await closed;
  await server.close();
  // The transport does not wait for who reads slowly, and the program ends behind this.
  await written(host);
  return EXIT_OK;
}

/** Settles once all is handed over that was written before, or nobody reads any more. */
function written({ stdout }: Host): Promise<void> {
  return stdout.write('').catch(() => undefined);
}

/** The server with its three tools. It reads manifests below the current folder, writes nothing and asks no network. */
export function mcpServer(host: Host): McpServer {
  const server = new McpServer({ name: 'podproof', version }, { instructions: INSTRUCTIONS });
  const annotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };
  const { check, harden, explain } = TOOLS;
  server.registerTool(
    check.name,
    { title: check.title, description: check.description, inputSchema: MANIFEST, annotations },
    (given) => withText(given, host, checkForAgent),
  );
  server.registerTool(
    harden.name,
    {
      title: harden.title,
      description: harden.description,
      inputSchema: {
        ...MANIFEST,
        kind: z.string().optional().describe(harden.inputs.kind),
        name: z.string().optional().describe(harden.inputs.name),
        namespace: z.string().optional().describe(harden.inputs.namespace),
        safe_only: z.boolean().optional().describe(harden.inputs.safe_only),
      },
      annotations,
    },
    (given) =>
      withText(given, host, (source, told) =>
        told === undefined ? hardenForAgent(source, given) : partOfChart(source.name),
      ),
  );
  server.registerTool(
    explain.name,
    {
      title: explain.title,
      description: explain.description,
      inputSchema: { code: z.string().describe(explain.inputs.code) },
      annotations,
    },
    ({ code }) => resultOf(explainForAgent(code)),
  );
  return server;
}

const INSTRUCTIONS =
  'Checks Kubernetes manifests for eight pod security practices. Check a file after writing or changing it; harden what it finds; explain a finding before you argue with it.';

const MANIFEST = {
  path: z.string().optional().describe('A manifest below the current folder.'),
  text: z.string().optional().describe('The text of a manifest, in place of a path.'),
};

interface Manifest {
  readonly path?: string | undefined;
  readonly text?: string | undefined;
}

async function withText(
  { path, text }: Manifest,
  host: Host,
  answer: (source: ToolSource, told?: AnalyzedText) => ToolAnswer,
): Promise<CallToolResult> {
  if ((path === undefined) === (text === undefined)) return failed('Give either a path or a text.');
  if (text !== undefined)
    return resultOf(answer({ name: 'manifest.yaml', text, settings: DEFAULT_SETTINGS }));
  const name = path ?? '';
  const file = fileBelow(host.cwd, name);
  if (file === 'outside') return failed(`${name} is not below the current folder, ${host.cwd}.`);
  if (file === 'missing') return failed(`There is no file ${name} in the current folder, ${host.cwd}.`);
  // Nothing but a file: a pipe may never end.
  const source = { name, file: file.path, isNamed: false };
  const reading = await readSource(source, host);
  if (reading.state === 'unreadable') return failed(`${name}: ${reading.reason}`);
  const opened = await openSettings(undefined, host);
  const settings = opened.ok ? await opened.settingsOf(source) : DEFAULT_SETTINGS;
  const told = await openCharts(host.cwd).tell(source, reading.text, settings);
  return resultOf(answer({ name, text: reading.text, settings }, told));
}

function partOfChart(name: string): ToolAnswer {
  const problem = `${name} belongs to a Helm chart, whose templates and values change together: "podproof fix --diff" with the chart's folder shows the change, and without --diff it is written.`;
  return { ok: false, problem };
}

/** Links are followed before it is asked where a file lies; whether there is one outside of the folder is not told. */
function fileBelow(folder: string, name: string): { readonly path: string } | 'outside' | 'missing' {
  const isOutside = (path: string): boolean =>
    path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
  if (isOutside(relative(folder, resolve(folder, name)))) return 'outside';
  try {
    const file = realpathSync(resolve(folder, name));
    return isOutside(relative(realpathSync(folder), file)) ? 'outside' : { path: file };
  } catch {
    return 'missing';
  }
}

function resultOf(answer: ToolAnswer): CallToolResult {
  if (!answer.ok) return failed(answer.problem);
  const { text, data } = answer;
  return { content: [{ type: 'text', text }], ...(data === undefined ? {} : { structuredContent: data }) };
}

function failed(problem: string): CallToolResult {
  return { content: [{ type: 'text', text: problem }], isError: true };
}
