/** What mends practice 5: no token of the Kubernetes API is mounted where nobody uses it. */
import type { PodView } from '../../kubernetes/workload.ts';
import { API_NOTE } from '../mayBreak.ts';
import type { Fix, PracticeSettings } from '../practice.ts';
import { recreationNote } from '../subjects.ts';
import { apiWords } from './imageNeeds.ts';

/** None for a pod whose own controller needs the token, as Argo's executor does; for a person to ask for where an image uses it. */
export function tokenFixes(pod: PodView, settings: PracticeSettings, title: string): readonly Fix[] {
  if (!pod.accepts.noToken) return [];
  const users = apiWords(pod, settings);
  return [
    {
      title,
      level: 'pod',
      safety: 'review',
      why: `${API_NOTE}${users}${recreationNote(pod)}`,
      ops: [{ op: 'set', path: pod.automountServiceAccountToken.path, value: false }],
      ...(users === '' ? {} : { onRequest: true }),
    },
  ];
}
