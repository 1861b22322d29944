/** Agents in the editor: checks and hardened texts of its documents, with all that the server knows of them, and explanations. */
import type { CancellationToken } from 'vscode-languageserver';
import {
  checkAnswer,
  explainForAgent,
  hardenForAgent,
  type ToldFinding,
  type ToolAnswer,
} from '../shared/agents/answers.ts';
import { analyzeText, findingsOf } from '../shared/analysis/analyze.ts';
import { fixabilityIn } from '../shared/analysis/fixability.ts';
import { practicesOf, summarize } from '../shared/analysis/summary.ts';
import { DEFAULT_SETTINGS } from '../shared/catalog/settings.ts';
import { shifted } from '../shared/text/span.ts';
import type { Analysis, Documents, Surroundings } from './documents.ts';
import type { AgentManifest, AgentParams } from './protocol.ts';
import { newIn } from './squiggles.ts';
import { openText } from './text.ts';
import { toRange } from './toLsp.ts';

export interface AgentTools extends Pick<Surroundings, 'standing'> {
  readonly documents: Pick<Documents, 'analysis'>;
}

/** Total: what cannot be answered is a problem in a sentence. Nothing is written. */
export async function answerAgent(
  params: AgentParams,
  tools: AgentTools,
  token: CancellationToken,
): Promise<ToolAnswer> {
  if (params.tool === 'explain_finding') return explainForAgent(params.code);
  const { name } = params.manifest;
  const analysis = await analysisOf(params.manifest, tools, token);
  if (analysis === undefined)
    return { ok: false, problem: `${name} is not open as YAML or JSON, and could not be read.` };
  if (analysis.excludedBy !== undefined)
    return { ok: false, problem: `${name} is left out by ${analysis.excludedBy}.` };
  if (summarize(analysis.analyzed, practicesOf(analysis.findings)).state === 'unreadable')
    return { ok: false, problem: `${name} is not valid YAML.` };
  if (params.tool === 'check_file') return check(name, analysis);
  if (analysis.chart !== undefined) {
    return {
      ok: false,
      problem: `${name} belongs to a Helm chart, whose templates and values change together: use the command "Podproof: Harden This File".`,
    };
  }
  const { document, analyzed, elsewhere } = analysis;
  const { uri, text } = document;
  return hardenForAgent(
    {
      name,
      text,
      settings: analyzed.settings,
      standing: (one) => tools.standing(uri, one, findingsOf(one, elsewhere)),
    },
    params.wishes,
  );
}

/** A text that is no document stands alone. */
async function analysisOf(
  manifest: AgentManifest,
  { documents }: AgentTools,
  token: CancellationToken,
): Promise<Analysis | undefined> {
  if ('uri' in manifest) return documents.analysis(manifest.uri, token);
  const { name, text } = manifest;
  const analyzed = analyzeText(text, DEFAULT_SETTINGS);
  return {
    document: openText({ uri: `untitled:${name}`, languageId: 'yaml', version: 0, text }),
    analyzed,
    elsewhere: [],
    findings: findingsOf(analyzed),
    excludedBy: undefined,
    remembered: undefined,
  };
}

function check(name: string, analysis: Analysis): ToolAnswer {
  const { document, analyzed, chart } = analysis;
  const findings = newIn(analysis);
  const fixOf = fixabilityIn(analyzed, findings);
  const documents = analyzed.documents.filter(({ slice }) => slice.isDocument);
  return checkAnswer(name, {
    documents: documents.length,
    workloads: documents.reduce((sum, one) => sum + one.analysis.workloads, 0),
    // In a chart, the values decide.
    templates: chart === undefined ? documents.filter((one) => one.analysis.isTemplate).length : 0,
    findings: findings.map((placed): ToldFinding => {
      const { code, severity, message, workload, span } = placed.finding;
      const range = toRange(document.lines, shifted(span, placed.documentStart));
      return { code, severity, message, workload, range, fix: fixOf(placed) };
    }),
  });
}
