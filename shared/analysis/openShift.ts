/** OpenShift: whether a text is meant for it. */
import { LineTest } from '../text/pieces.ts';
import type { AnalyzedText } from './analyze.ts';

/**
 * True where a text has objects of OpenShift while the settings are for Kubernetes: the ids that are asked for then are the cluster's to
 * give, and the setting `platform` is worth a hint.
 */
export function suggestsOpenShift({ settings, source }: AnalyzedText): boolean {
  return settings.practice.platform === 'kubernetes' && OPENSHIFT_OBJECT.isPassedBy(source);
}

const OPENSHIFT_OBJECT = new LineTest(
  /^[ \t{-]*["']?apiVersion["']?[ \t]*:[ \t]*["']?[\w.-]*\.openshift\.io\//m,
);
