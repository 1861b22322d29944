/** Placeholders: text that some other program will replace before Kubernetes sees it. */
import type { Unknown } from './tree.ts';

/**
 * `{{ }}` (Helm, Jinja, Kluctl), `${VAR}` (envsubst, Flux), `$(VAR)` (kustomize vars, OpenShift templates), `{% %}` (Jinja),
 * and a whole value in angle brackets, as documentation writes what the reader has to fill in. Patterns are linear: each looks for one
 * opening mark and, at most, its closing one.
 */
const MARKS: readonly {
  readonly open: string;
  readonly close: string;
  readonly reason: Unknown['reason'];
}[] = [
  { open: '{{', close: '}}', reason: 'template' },
  { open: '{%', close: '%}', reason: 'template' },
  { open: '${', close: '}', reason: 'placeholder' },
  { open: '$(', close: ')', reason: 'placeholder' },
];

/** What in a scalar's text is a placeholder, or undefined where the text is what Kubernetes will see. */
export function placeholderIn(text: string): Unknown | undefined {
  for (const { open, close, reason } of MARKS) {
    const start = text.indexOf(open);
    if (start < 0) continue;
    const end = text.indexOf(close, start + open.length);
    if (end < 0) continue;
    return { reason, text: shorten(text.slice(start, end + close.length)) };
  }
  const trimmed = text.trim();
  if (trimmed.length > 2 && trimmed.startsWith('<') && trimmed.endsWith('>'))
    return { reason: 'placeholder', text: shorten(trimmed) };
  return undefined;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
