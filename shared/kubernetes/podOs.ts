/** Pod OS: the operating system of the nodes that a pod can run on. */
import { child, descend, itemsOf, type Slot, stringField, textOf } from './slots.ts';
import type { PodOs } from './workload.ts';

/**
 * `spec.os.name`; without it, a node selector or a required node affinity that only Windows nodes satisfy. Kubernetes'
 * own validation looks at `spec.os` alone, but such a pod runs on Windows all the same.
 */
export function osOf(spec: Slot): PodOs {
  const name = descend(spec, 'os', 'name');
  const written = textOf(name);
  if (written !== undefined && written !== '') return written === 'windows' ? 'windows' : 'linux';
  const os = stringField(name, 'pod');
  if (
    os.readings.some(
      (reading) => reading.state === 'known' || (reading.state === 'unknown' && reading.span !== undefined),
    ) &&
    written !== ''
  ) {
    return 'unknown';
  }
  const labels = OS_LABELS.map((label) => child(child(spec, 'nodeSelector'), label));
  if (labels.some((label) => textOf(label) === 'windows')) return 'windows';
  if (labels.some(({ held }) => held.some((one) => one.state === 'unknown' && one.span !== undefined)))
    return 'unknown';
  return requiresWindowsNode(spec) ? 'windows' : 'linux';
}

const OS_LABELS: readonly string[] = ['kubernetes.io/os', 'beta.kubernetes.io/os'];

/** Terms of a required node affinity are alternatives, so every one of them has to ask for Windows. */
function requiresWindowsNode(spec: Slot): boolean {
  const required = descend(
    spec,
    'affinity',
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
  );
  const terms = itemsOf(child(required, 'nodeSelectorTerms'));
  return (
    terms.length > 0 &&
    terms.every((term) =>
      itemsOf(child(term, 'matchExpressions')).some((expression) => {
        const values = itemsOf(child(expression, 'values')).map(textOf);
        return (
          OS_LABELS.includes(textOf(child(expression, 'key')) ?? '') &&
          textOf(child(expression, 'operator')) === 'In' &&
          values.length > 0 &&
          values.every((value) => value === 'windows')
        );
      }),
    )
  );
}
