/** Whether the API server would take an object: strict decoding by the published types, then its validation. */

import { findObjects, findPods, isWorkloadKind, WORKLOAD_KINDS } from './effectiveValuesPods.ts';
import { goYamlStream } from './goYaml.ts';
import { getList, getMap, getString, type Plain, type PlainPath, pathText } from './goYamlPlain.ts';
import { podRejections } from './kubernetesApiPod.ts';
import { isKnownType, structuralRejections } from './kubernetesApiSchema.ts';

export interface Rejection {
  /** Index into the objects of the stream. */
  readonly object: number;
  /** Where in the object, as `spec.containers[0].image`. */
  readonly path: string;
  /** The kind of rule that is broken; stable, unlike the message. */
  readonly rule: string;
  readonly message: string;
}

/**
 * Everything that the API server would reject in a stream of decoded objects; nothing means that it takes them. Only
 * the built-in workload kinds, ServiceAccount and lists of them are judged: of any other object nothing is known.
 * Ephemeral containers in a Pod are taken, since a Pod that is read back from a cluster has them.
 */
export function rejections(objects: readonly Plain[]): readonly Rejection[] {
  const found: Rejection[] = [];
  function reject(object: number, path: PlainPath, rule: string, message: string): void {
    found.push({ object, path: pathText(path), rule, message });
  }

  for (const { object, path, kind, apiVersion, value } of findObjects(objects)) {
    if (!isJudged(apiVersion, kind)) continue;
    // The items of a typed list need not repeat what they are; old versions did without a selector.
    const optional = new Set(path.length > 0 ? [`${kind}.apiVersion`, `${kind}.kind`] : []);
    if (OLD_VERSIONS.includes(apiVersion)) optional.add(`${kind}Spec.selector`);
    for (const one of structuralRejections(value, kind, path, optional)) {
      reject(object, one.path, one.rule, one.message);
    }
  }
  for (const { owner, kind, spec, specPath, annotations } of findPods(objects)) {
    const claimNames = getList(getMap(owner.value, 'spec'), 'volumeClaimTemplates').flatMap(
      (claim) => getString(getMap(claim, 'metadata'), 'name') ?? [],
    );
    const around = {
      isTemplate: kind !== 'Pod',
      annotations,
      claimNames: kind === 'StatefulSet' ? claimNames : [],
    };
    for (const one of podRejections(spec, specPath, around))
      reject(owner.object, one.path, one.rule, one.message);
  }
  return found;
}

/** The same for text: also the keys that strict decoding refuses because they are written twice. Throws on broken text. */
export function rejectionsOfText(text: string): readonly Rejection[] {
  const { objects, duplicateKeys } = goYamlStream(text);
  const twice = duplicateKeys.map(({ object, path }) => ({
    object,
    path: pathText(path),
    rule: 'duplicate-key',
    message: 'the key is written twice',
  }));
  return [...rejections(objects), ...twice];
}

/** One line that two rejections share exactly when they break the same rule at the same place. */
export function rejectionText({ object, path, rule }: Rejection): string {
  return `${object} ${path} ${rule}`;
}

const OLD_VERSIONS = ['extensions/v1beta1', 'apps/v1beta1'];

function isJudged(apiVersion: string, kind: string): boolean {
  if (kind === 'ServiceAccount') return apiVersion === 'v1';
  return isKnownType(kind) && isWorkloadKind(kind) && WORKLOAD_KINDS[kind].apiVersions.includes(apiVersion);
}
