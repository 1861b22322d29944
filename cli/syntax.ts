/** Syntax: whether a text is YAML, and whether anything in it could be judged where it is not. */
import type { AnalyzedText } from '../shared/analysis/analyze.ts';
import type { LineIndex } from '../shared/text/lineIndex.ts';
import { parseDocument } from '../shared/yaml/parse.ts';
import type { SyntaxProblem } from '../shared/yaml/tree.ts';
import { isCommentedJson } from './commentedJson.ts';
import type { SyntaxReport } from './report.ts';

export interface Syntax {
  readonly problem: SyntaxReport | undefined;
  readonly isJudged: boolean;
  /** True where something is not YAML, or is past a bound of the reader. */
  readonly isBroken: boolean;
}

/**
 * The first place where the text is not YAML. The text counts as judged where one of its documents is whole, or gives a finding in
 * spite of what is broken in it: a broken workload without findings may be anything.
 */
export function syntaxOf(analyzed: AnalyzedText, lines: () => LineIndex): Syntax {
  const { problem, isJudged, isBroken } = syntaxOfPart(analyzed, lines);
  const { text } = analyzed;
  if (isBroken && !isJudged && !text.includes('apiVersion') && isCommentedJson(text))
    return { problem: undefined, isJudged: true, isBroken: false };
  return { problem, isJudged: isJudged || !isBroken, isBroken };
}

/** The same of a part of a text, of which another part may be whole: it counts as judged where one of its own documents is. */
export function syntaxOfPart({ text, documents }: AnalyzedText, lines: () => LineIndex): Syntax {
  let problem: SyntaxReport | undefined;
  let isJudged = false;
  let isBroken = false;
  for (const { slice, analysis } of documents) {
    if (analysis.skipped !== undefined) {
      const { message, span } = analysis.skipped;
      isBroken = true;
      problem ??= {
        at: lines().positionAt(slice.start + span.start),
        message: oneLine(message),
        isSkipped: true,
      };
      continue;
    }
    const own = text.slice(slice.start, slice.end);
    const isRead = analysis.isTemplate || analysis.isUnread !== true;
    const problems = isRead ? analysis.problems : problemsOutsideObjects(own);
    const [first] = problems;
    if (first === undefined || analysis.findings.length > 0) isJudged = true;
    if (first === undefined) continue;
    isBroken = true;
    problem ??= {
      at: lines().positionAt(slice.start + first.span.start),
      message: oneLine(first.message),
      isSkipped: false,
    };
  }
  return { problem, isJudged, isBroken };
}

/** The analysis does not parse a text that cannot hold an object; whether it is YAML at all is asked here. */
function problemsOutsideObjects(text: string): readonly SyntaxProblem[] {
  if (isJson(text)) return [];
  const { problems, skipped } = parseDocument(text);
  return skipped === undefined ? problems : [];
}

/** Much faster than reading the same text as YAML; data files in JSON can be long. */
function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim().replace(/[.:]$/, '');
}
