/** Tekton: steps and sidecars are containers; what their pod says stands in the run that starts them. */
import {
  ACCEPTS_CONTAINERS_ONLY,
  containersOf,
  containerView,
  type PodParts,
  partsOf,
  podView,
} from './podSpec.ts';
import { child, isCertainlyAbsent, itemsOf, mappingIn, nowhere, type Slot } from './slots.ts';
import type { ContainerView, Place, PodIdentity, PodView } from './workload.ts';

/**
 * Reads a TaskSpec (tektoncd/pipeline pkg/apis/pipeline). Its pod is the run's: security context, token and volumes are
 * not decided here, and a run may give requests and limits as well.
 */
export function readTektonTask({ slot: task }: Place, identity: PodIdentity): readonly PodView[] {
  return [podView({ ...partsOf(task, identity), containers: taskContainers(task, identity) })];
}

/** A StepAction is one step; where it runs, and with which resources, is the task's to say. */
export function readTektonStep({ slot: step }: Place, identity: PodIdentity): readonly PodView[] {
  const container = containerView(step, 'containers', 0, { resourcesKey: null });
  return [podView({ ...partsOf(step, identity), containers: [container] })];
}

/** A TaskRun with its task inside is a whole pod; one that names a task gives only what its pod template says. */
export function readTektonTaskRun({ slot: run }: Place, identity: PodIdentity): readonly PodView[] {
  const template = child(run, 'podTemplate');
  const task = child(run, 'taskSpec');
  const serviceAccountName = child(run, 'serviceAccountName');
  if (mappingIn(task) === undefined) return overlay(template, identity);
  const hasResources = [
    'computeResources',
    'stepSpecs',
    'sidecarSpecs',
    'stepOverrides',
    'sidecarOverrides',
  ].some((key) => !isCertainlyAbsent(child(run, key)));
  return [wholePod(task, template, serviceAccountName, hasResources, identity)];
}

/** As a TaskRun, for every task that is written inside. */
export function readTektonPipelineRun({ slot: run }: Place, identity: PodIdentity): readonly PodView[] {
  const isV1 = identity.apiVersion.endsWith('/v1');
  const common = isV1 ? child(run, 'taskRunTemplate') : run;
  const template = child(common, 'podTemplate');
  const pipeline = child(run, 'pipelineSpec');
  const tasks = ['tasks', 'finally'].flatMap((key) => itemsOf(child(pipeline, key)));
  const inline = tasks.map((task) => child(task, 'taskSpec')).filter((task) => mappingIn(task) !== undefined);
  if (inline.length === 0) return overlay(template, identity);
  // Settings for single tasks may give any of them another pod.
  if (!isCertainlyAbsent(child(run, 'taskRunSpecs'))) {
    return inline.map((task) =>
      podView({ ...partsOf(task, identity), containers: taskContainers(task, identity) }),
    );
  }
  const serviceAccountName = child(common, 'serviceAccountName');
  return inline.map((task) => wholePod(task, template, serviceAccountName, false, identity));
}

function wholePod(
  task: Slot,
  template: Slot,
  serviceAccountName: Slot,
  hasResourcesElsewhere: boolean,
  identity: PodIdentity,
): PodView {
  const containers = taskContainers(task, identity);
  const volumes = child(task, 'volumes');
  return podView({
    ...fromTemplate(template, partsOf(task, identity)),
    containers,
    partial: containers.some(({ partial }) => partial),
    resourcesMayBeElsewhere: hasResourcesElsewhere,
    serviceAccountName,
    volumes,
    accepts: { ...ACCEPTS_CONTAINERS_ONLY, podContext: true, volumes: true, noToken: true },
  });
}

/** A pod template of Tekton's: a part of a pod spec, without containers. */
function overlay(template: Slot, identity: PodIdentity): readonly PodView[] {
  if (mappingIn(template) === undefined) return [];
  return [
    podView({
      ...fromTemplate(template, partsOf(template, identity)),
      accepts: { ...ACCEPTS_CONTAINERS_ONLY, podContext: true, noToken: true },
    }),
  ];
}

function fromTemplate(template: Slot, parts: PodParts): PodParts {
  return {
    ...parts,
    securityContext: child(template, 'securityContext'),
    automount: child(template, 'automountServiceAccountToken'),
    hostUsers: child(template, 'hostUsers'),
    hostNetwork: child(template, 'hostNetwork'),
    resources: nowhere(parts.spec),
  };
}

/** Steps take `computeResources` in v1, and `resources` before; what a step lacks, the step template gives. */
function taskContainers(task: Slot, { apiVersion }: PodIdentity): readonly ContainerView[] {
  const resourcesKey = apiVersion.endsWith('/v1') ? 'computeResources' : 'resources';
  const template = child(task, 'stepTemplate');
  const hasTemplate = mappingIn(template) !== undefined;
  const base = hasTemplate
    ? { securityContext: child(template, 'securityContext'), resources: child(template, resourcesKey) }
    : undefined;
  const steps = containersOf(child(task, 'steps'), 'containers', {
    resourcesKey,
    ...(base === undefined ? {} : { base }),
    hasImage: hasTemplate && !isCertainlyAbsent(child(template, 'image')),
  }).map((step) => (refersElsewhere(step) ? { ...step, partial: true } : step));
  const sidecars = containersOf(child(task, 'sidecars'), 'containers', {
    resourcesKey,
    firstIndex: steps.length,
  });
  return [...steps, ...sidecars];
}

/** A step that refers to a StepAction is completed by it. */
function refersElsewhere({ slot }: ContainerView): boolean {
  return !isCertainlyAbsent(child(slot, 'ref'));
}
