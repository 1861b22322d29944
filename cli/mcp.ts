/** `podproof mcp`: a server of the Model Context Protocol on standard input and output, by which agents check and harden manifests. */
import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { version } from '../package.json';
import { DEFAULT_SETTINGS, type Settings } from '../shared/catalog/settings.ts';
import { EXIT_OK } from './exitCode.ts';
import type { Host } from './host.ts';
import { checkForAgent, explainForAgent, hardenForAgent, type ToolAnswer } from './mcpTools.ts';
import { readSource } from './reading.ts';
import { openSettings } from './settings.ts';

/** Serves until the other side closes standard input; answers the exit code. */
export async function serve(host: Host): Promise<number> {
  const server = mcpServer(host);
  const closed = new Promise<void>((settle) => {
    process.stdin.once('end', settle);
    process.stdin.once('close', settle);
  });
  await server.connect(new StdioServerTransport());
  await closed;
  await server.close();
  return EXIT_OK;
}

/** The server with its three tools. It reads manifests below the current folder, writes nothing and asks no network. */
export function mcpServer(host: Host): McpServer {
  const server = new McpServer({ name: 'podproof', version }, { instructions: INSTRUCTIONS });
  const annotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };
  server.registerTool(
    'check_file',
    {
      title: 'Check a Kubernetes manifest',
      description:
        'Says which pod security practices the workloads of a manifest miss: each finding with its place, severity, message, and whether a fix exists.',
      inputSchema: MANIFEST,
      annotations,
    },
    (given) => withText(given, host, checkForAgent),
  );
  server.registerTool(
    'harden_workload',
    {
      title: 'Harden a workload',
      description:
        'Gives the manifest as it would be hardened, and a diff, for one workload or for all of the file. Writes nothing: apply the result yourself, and tell the person what may break.',
      inputSchema: {
        ...MANIFEST,
        kind: z.string().optional().describe('Only workloads of this kind, such as Deployment.'),
        name: z.string().optional().describe('Only workloads of this name.'),
        namespace: z.string().optional().describe('Only workloads of this namespace.'),
        safe_only: z.boolean().optional().describe('Only fixes after which the pod behaves as before.'),
      },
      annotations,
    },
    (given) => withText(given, host, (source) => hardenForAgent(source, given)),
  );
  server.registerTool(
    'explain_finding',
    {
      title: 'Explain a finding',
      description:
        'Explains a check or a practice: why it matters, what setting it may break, an example before and after, and who asks for it.',
      inputSchema: {
        code: z
          .string()
          .describe('The code of a finding, such as seccomp/missing, or a practice, such as seccomp.'),
      },
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

/** What a tool works on. */
export interface ToolSource {
  /** As given; `manifest.yaml` for a text. */
  readonly name: string;
  readonly text: string;
  readonly settings: Settings;
}

async function withText(
  { path, text }: Manifest,
  host: Host,
  answer: (source: ToolSource) => ToolAnswer,
): Promise<CallToolResult> {
  if ((path === undefined) === (text === undefined)) return failed('Give either a path or a text.');
  if (text !== undefined)
    return resultOf(answer({ name: 'manifest.yaml', text, settings: DEFAULT_SETTINGS }));
  const name = path ?? '';
  const file = fileBelow(host.cwd, name);
  if (file === undefined) return failed(`${name} is not a file below the current folder.`);
  const source = { name, file, isNamed: true };
  const reading = await readSource(source, host);
  if (reading.state === 'unreadable') return failed(`${name}: ${reading.reason}`);
  const opened = await openSettings(undefined, host);
  const settings = opened.ok ? await opened.settingsOf(source) : DEFAULT_SETTINGS;
  return resultOf(answer({ name, text: reading.text, settings }));
}

/** Links are followed before it is asked where a file lies. */
function fileBelow(folder: string, name: string): string | undefined {
  try {
    const file = realpathSync(resolve(folder, name));
    const path = relative(realpathSync(folder), file);
    return path === '' || path.startsWith('..') || isAbsolute(path) ? undefined : file;
  } catch {
    return undefined;
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
