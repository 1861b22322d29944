/** Argo Workflows: every template of a workflow that runs containers is a pod, with its pod's settings beside them. */

import { osOf } from './podOs.ts';
import { ACCEPTS_CONTAINERS_ONLY, asPart, containersOf, containerView, podView } from './podSpec.ts';
import { child, isCertainlyAbsent, itemsOf, mappingIn, nowhere, type Slot } from './slots.ts';
import type { ContainerView, Place, PodIdentity, PodView } from './workload.ts';

/**
 * Reads a WorkflowSpec (argo-workflows pkg/apis/workflow/v1alpha1, workflow/controller/workflowpod.go). A template's
 * security context replaces the workflow's as a whole; its service account and token settings do so one by one.
 */
export function readArgoWorkflow({ slot: workflow }: Place, identity: PodIdentity): readonly PodView[] {
  const defaults = child(workflow, 'templateDefaults');
  const hasDefaults = !isCertainlyAbsent(defaults) || !isCertainlyAbsent(child(workflow, 'podSpecPatch'));
  const templates = itemsOf(child(workflow, 'templates')).map((template) => ({ template, hasDefaults }));
  // The defaults are merged under every template: what they write counts, and they need not be whole.
  if (mappingIn(defaults) !== undefined) templates.push({ template: defaults, hasDefaults: true });
  return templates.flatMap(({ template, hasDefaults: isPatched }) => {
    const pod = templatePod(template, workflow, identity, isPatched);
    return pod === undefined ? [] : [pod];
  });
}

/** The pod of a template, or undefined for one that runs no container of its own: steps, a DAG, a request, a pause. */
function templatePod(
  template: Slot,
  workflow: Slot,
  identity: PodIdentity,
  isPatched: boolean,
): PodView | undefined {
  const written = containersOfTemplate(template);
  if (written.length === 0) return undefined;
  const hasPatch = isPatched || !isCertainlyAbsent(child(template, 'podSpecPatch'));
  // Defaults and patches reach into the containers as well.
  const containers = hasPatch ? written.map(asPart) : written;
  const inherit = (key: string): Slot => {
    const own = child(template, key);
    return isCertainlyAbsent(own) ? child(workflow, key) : own;
  };
  const executor = child(inherit('executor'), 'serviceAccountName');
  return podView({
    identity,
    spec: keyed(template),
    annotations: child(child(template, 'metadata'), 'annotations'),
    os: osOf(template),
    partial: containers.some(({ partial }) => partial),
    // Requests and limits are the containers' own here.
    resourcesMayBeElsewhere: hasPatch,
    securityContext: inherit('securityContext'),
    containers,
    automount: inherit('automountServiceAccountToken'),
    serviceAccountName: inherit('serviceAccountName'),
    hostUsers: nowhere(template),
    hostNetwork: child(workflow, 'hostNetwork'),
    resources: nowhere(template),
    volumes: child(template, 'volumes'),
    accepts: {
      ...ACCEPTS_CONTAINERS_ONLY,
      podContext: true,
      volumes: true,
      // The executor in the pod talks to the API server, with a token of its own or with the pod's.
      noToken: !isCertainlyAbsent(executor),
    },
    above: [],
  });
}

function containersOfTemplate(template: Slot): readonly ContainerView[] {
  const containers: ContainerView[] = [...containersOf(child(template, 'initContainers'), 'initContainers')];
  for (const key of ['container', 'script']) {
    const slot = child(template, key);
    if (mappingIn(slot) !== undefined)
      containers.push(containerView(slot, 'containers', 0, { name: 'main' }));
  }
  containers.push(...containersOf(child(child(template, 'containerSet'), 'containers'), 'containers'));
  const firstIndex = containers.filter(({ list }) => list === 'containers').length;
  if (firstIndex === 0) return [];
  containers.push(...containersOf(child(template, 'sidecars'), 'containers', { firstIndex }));
  return containers;
}

/** Findings about a template's pod stand on the template's name, since it has no key of its own. */
function keyed(template: Slot): Slot {
  const mapping = mappingIn(template);
  const name = child(template, 'name');
  const [held] = name.held;
  if (held?.state === 'node' && !isCertainlyAbsent(name)) return template.anchoredAt(held.span);
  return mapping?.entries[0] === undefined ? template : template.anchoredAt(mapping.entries[0].keyNode.span);
}
