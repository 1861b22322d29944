/** Status: what a person reads beside a file, above all where there are no squiggles. */
import { suggestsOpenShift } from '../shared/analysis/openShift.ts';
import { type Summary, summarize } from '../shared/analysis/summary.ts';
import { fileDeciding } from '../shared/catalog/settings.ts';
import { PRACTICE_IDS, type PracticeId } from '../shared/practices/practice.ts';
import { isConfigFile } from './configFiles.ts';
import { MAX_DIAGNOSTICS } from './diagnostics.ts';
import { type Analysis, findingsOfDocuments } from './documents.ts';
import type { StatusParams } from './protocol.ts';
import { hidesNothing, newIn } from './squiggles.ts';

/** `total` is the number of squiggles, those beyond the limit included. */
export function statusOf(analysis: Analysis, total: number): StatusParams {
  const { document, analyzed, excludedBy } = analysis;
  const { uri } = document;
  if (isConfigFile(uri)) return { uri, ...describeConfig(total) };
  if (excludedBy !== undefined) {
    const source = fileDeciding(analyzed.settings, 'exclude') ?? 'the settings';
    return { uri, text: 'excluded', detail: `Left out by ${excludedBy} in ${source}` };
  }
  const summary = summarize(analyzed, missedIn(analysis));
  const { text, detail, ...rest } = describe(summary, total);
  const { file } = analyzed.settings;
  const hidden = hidesNothing(analysis) ? 0 : analysis.findings.length - newIn(analysis).length;
  const details = [
    detail,
    hidden > 0 && `${hidden} ${hidden === 1 ? 'finding is' : 'findings are'} in the baseline, and not shown`,
    suggestsOpenShift(analyzed) &&
      'OpenShift objects are here: with podproof.platform set to openshift, no ids are asked for',
    summary.state === 'judged' && file !== null && file.decides.size > 0 && `Settings from ${file.name}`,
  ].filter((one) => typeof one === 'string');
  return { uri, text, ...(details.length > 0 && { detail: details.join('. ') }), ...rest };
}

/** The practices that something is found of; most files miss all that they will miss in their first documents. */
function missedIn(analysis: Analysis): ReadonlySet<PracticeId> {
  const missed = new Set<PracticeId>();
  for (const found of findingsOfDocuments(analysis)) {
    for (const { standing } of found.parts ?? [found]) {
      for (const { practice } of standing) missed.add(practice);
      if (missed.size === PRACTICE_IDS.length) return missed;
    }
  }
  return missed;
}

function describeConfig(problems: number): Omit<StatusParams, 'uri'> {
  const detail = 'Settings for the manifests in this folder and below it';
  if (problems === 0) return { text: 'settings', detail };
  return {
    text: problems === 1 ? 'settings, one of which is wrong' : `settings, ${problems} of which are wrong`,
    detail,
    severity: 'warning',
  };
}

function describe(summary: Summary, total: number): Omit<StatusParams, 'uri'> {
  switch (summary.state) {
    case 'no-manifest':
      return { text: 'not a Kubernetes manifest' };
    case 'no-pods':
      return { text: 'no pods', detail: 'None of the objects in this file holds a pod' };
    case 'values':
      return {
        text: 'Helm values',
        detail:
          summary.missed.length === 0
            ? 'The pods of the chart miss nothing that these values decide'
            : `These values decide what the pods of the chart miss: ${summary.missed.join(', ')}`,
      };
    case 'template':
      return { text: 'templated', detail: 'What this template becomes is not known before it is rendered' };
    case 'unreadable':
      return { text: 'not readable', detail: 'This file could not be read as YAML', severity: 'warning' };
    case 'judged': {
      const { practices, missed, templates, unreadable } = summary;
      const details = [
        missed.length > 0 && `Missed: ${missed.join(', ')}`,
        templates > 0 && `${documents(templates)} templated; what values decide there is not judged`,
        unreadable > 0 && `${documents(unreadable)} not readable as YAML`,
        total > MAX_DIAGNOSTICS && `Shown are the worst ${MAX_DIAGNOSTICS} of ${total} findings`,
      ].filter((detail) => detail !== false);
      return {
        text: `${practices.length - missed.length} of ${practices.length} practices`,
        ...(details.length > 0 && { detail: details.join('. ') }),
      };
    }
  }
}

function documents(count: number): string {
  return count === 1 ? '1 document is' : `${count} documents are`;
}
