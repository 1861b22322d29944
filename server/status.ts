/** Status: what a person reads beside a file, above all where there are no squiggles. */
import { type Summary, summarize } from '../shared/analysis/summary.ts';
import { MAX_DIAGNOSTICS } from './diagnostics.ts';
import type { Analysis } from './documents.ts';
import type { StatusParams } from './protocol.ts';

/** `total` is the number of squiggles, those beyond the limit included. */
export function statusOf(analysis: Analysis, total: number): StatusParams {
  const { uri } = analysis.document;
  return { uri, ...describe(summarize(analysis.analyzed, analysis.findings), total) };
}

function describe(summary: Summary, total: number): Omit<StatusParams, 'uri'> {
  switch (summary.state) {
    case 'no-manifest':
      return { text: 'not a Kubernetes manifest' };
    case 'no-pods':
      return { text: 'no pods', detail: 'None of the objects in this file holds a pod' };
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
