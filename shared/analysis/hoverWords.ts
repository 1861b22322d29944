/** Words for values in effect, shared by hovers, tables and hints. */
import type { Level } from '../kubernetes/slots.ts';
import type { ContainerView } from '../kubernetes/workload.ts';
import type { Unknown } from '../yaml/tree.ts';
import { code } from './hoverMarkdown.ts';
import type { Origin, Value } from './hoverValues.ts';

/** "container `web`", "init container 2". */
export function containerWords(container: ContainerView): string {
  const kind = container.isSidecar ? 'sidecar container' : KINDS[container.list];
  return container.name === undefined ? `${kind} ${container.index + 1}` : `${kind} ${code(container.name)}`;
}

const KINDS = {
  initContainers: 'init container',
  containers: 'container',
  ephemeralContainers: 'ephemeral container',
} as const;

/** "`true`, from the pod, line 14"; without a line where it is written in the place itself. `level` is whose value is told. */
export function valueWords(
  value: Extract<Value, { state: 'set' }>,
  line: number | undefined,
  level: Level,
): string {
  const written = value.written === undefined ? '' : ` (written ${code(value.written)})`;
  const when = value.when === undefined ? '' : ` where ${code(value.when)}`;
  return `${code(value.text)}${written}${when}${line === undefined ? ', set here' : originWords(value.from, line, level)}`;
}

function originWords(from: Origin, line: number, level: Level): string {
  if (level === 'pod') return `, line ${line}`;
  switch (from) {
    case 'container':
      return `, line ${line}`;
    case 'pod':
      return `, from the pod, line ${line}`;
    case 'shared':
      return `, for all containers of the pod together, line ${line}`;
    case 'limit':
      return `, from the limit, line ${line}`;
  }
}

/** Why a value is not known, and the text that shows it. */
export function unknownWords({ reason, text }: Unknown): string {
  const shown = text === '' ? '' : ` ${code(text)}`;
  switch (reason) {
    case 'template':
      return `unknown, since the template${shown} decides`;
    case 'placeholder':
      return `unknown until${shown === '' ? ' the placeholder' : shown} is replaced`;
    case 'syntax':
      return 'unknown while the YAML around it is incomplete';
    case 'alias':
      return `unknown, since the alias${shown} does not resolve`;
    case 'overlay':
      return text === ''
        ? 'unknown, since this is merged over another pod'
        : `unknown, since${shown} decides`;
    case 'tag':
      return `unknown, since the tag${shown} decides`;
  }
}
