/** Checks for agents, by the judgement of the command line. */
import { checkAnswer, type ToolAnswer, type ToolSource } from '../shared/agents/answers.ts';
import type { AnalyzedText } from '../shared/analysis/analyze.ts';
import { judge } from './judge.ts';

/** `told` is what the chart of a template says of it, in place of what its text alone does. */
export function checkForAgent({ name, text, settings }: ToolSource, told?: AnalyzedText): ToolAnswer {
  const judgement = {
    settings,
    wants: () => true,
    withFixes: true,
    withOffers: false,
    withSuppressed: false,
    withRows: false,
    known: undefined,
    told: undefined,
  };
  const report = judge(name, text, judgement, told);
  if (!report.isJudged)
    return { ok: false, problem: `${name} is not valid YAML: ${report.problem?.message}` };
  const { documents, workloads, templates } = report;
  const findings = report.findings.map(({ reported }) => reported);
  return checkAnswer(name, { documents, workloads, templates, findings });
}
