/** Documents with charts: told with their charts, which are looked at when the first document comes that may be of one. */

import type { FolderSource } from '../shared/helm/chartFiles.ts';
import { mayBelongToChart, mayBeRelease } from '../shared/helm/chartNames.ts';
import { LineTest, type PiecedText } from '../shared/text/pieces.ts';
import { type Charts, type ChartTools, createCharts } from './charts.ts';
import type { Analysis, Documents } from './documents.ts';
import { placeOf } from './places.ts';

/** Documents whose analyses are told with their charts. */
export function withCharts(
  files: FolderSource | undefined,
  make: (finished: (analysis: Analysis) => void) => Documents,
  tools: Omit<ChartTools, 'mayTell'>,
  finished: (analysis: Analysis) => void,
): Documents & { readonly charts: Charts } {
  const inner = make((analysis) => {
    // What is told with its chart is finished only then.
    if (!charts.mayTell(analysis.document.uri)) finished(analysis);
  });
  const charts = chartsWhenNeeded(files, inner, tools);
  const announced = new WeakSet<Analysis>();
  const announce = (analysis: Analysis): Analysis => {
    if (!announced.has(analysis)) finished(analysis);
    announced.add(analysis);
    return analysis;
  };
  return {
    ...inner,
    charts,
    open(params) {
      inner.open(params);
      charts.touched(params.textDocument.uri);
    },
    close(uri) {
      inner.close(uri);
      charts.touched(uri);
    },
    async analysis(uri, token) {
      for (;;) {
        const base = await inner.analysis(uri, token);
        if (base === undefined || !charts.mayTell(uri)) return base;
        const told = await charts.tell(base, token);
        // The text may have changed while files were read.
        if (inner.get(uri) === base.document) return announce(told ?? base);
      }
    },
  };
}

function chartsWhenNeeded(
  files: FolderSource | undefined,
  documents: Documents,
  tools: Omit<ChartTools, 'mayTell'>,
): Charts {
  let made: Charts | undefined;
  const mayTell = (uri: string, text?: string): boolean => {
    if (files === undefined) return false;
    if (mayBelongToChart(placeOf(uri))) return true;
    if (text !== undefined) return mayBeRelease(text);
    const open = documents.get(uri);
    return open !== undefined && isRelease(open.content);
  };
  const charts = (): Charts => {
    made ??= createCharts(files, documents, { ...tools, mayTell });
    return made;
  };
  return {
    mayTell,
    rootOf: async (uri) => await charts().rootOf(uri),
    tell: async (base, token) => await charts().tell(base, token),
    async now(analysis) {
      return made !== undefined || mayTell(analysis.document.uri) ? await charts().now(analysis) : undefined;
    },
    touched(uri) {
      if (made !== undefined || mayTell(uri)) charts().touched(uri);
    },
    forgetFiles: () => made?.forgetFiles(),
    coverChanged() {
      if (documents.uris().some((uri) => mayTell(uri))) charts().coverChanged();
    },
  };
}

/** True for a text with a release. A kind and its key may be on two lines. */
function isRelease(content: PiecedText): boolean {
  return RELEASE_LINE.isPassedBy(content) && mayBeRelease(content.toString());
}

const RELEASE_LINE = new LineTest(/(?:\bkind:[ \t]*|^[ \t]*)["']?(?:HelmRelease|Application)\b/m);
