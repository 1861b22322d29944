/** Checks for agents, by the judgement of the command line. */
import { checkAnswer, type ToolAnswer, type ToolSource } from '../shared/agents/answers.ts';
import { judge } from './judge.ts';

export function checkForAgent({ name, text, settings }: ToolSource): ToolAnswer {
  const report = judge(name, text, {
    settings,
    wants: () => true,
    withFixes: true,
    withOffers: false,
    withSuppressed: false,
    withRows: false,
    known: undefined,
    told: undefined,
  });
  if (!report.isJudged)
    return { ok: false, problem: `${name} is not valid YAML: ${report.problem?.message}` };
  const { documents, workloads, templates } = report;
  const findings = report.findings.map(({ reported }) => reported);
  return checkAnswer(name, { documents, workloads, templates, findings });
}
