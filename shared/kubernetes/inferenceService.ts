/** KServe: a component of an InferenceService is a pod spec, and its model server a container under a key of its own. */
import { containerView, readPodSpec } from './podSpec.ts';
import { child, mappingIn } from './slots.ts';
import type { Place, PodIdentity, PodView } from './workload.ts';

/** The keys under which a predictor names its model server (kserve pkg/apis/serving/v1beta1 PredictorSpec). */
const MODEL_SERVERS: readonly string[] = [
  'model',
  'sklearn',
  'xgboost',
  'tensorflow',
  'pytorch',
  'triton',
  'onnx',
  'huggingface',
  'pmml',
  'lightgbm',
  'paddle',
];

/** A model server's container is merged over the one of its serving runtime, so nothing is missing in it. */
export function readInferenceService(place: Place, identity: PodIdentity): readonly PodView[] {
  const servers = MODEL_SERVERS.map((key) => child(place.slot, key)).filter(
    (slot) => mappingIn(slot) !== undefined,
  );
  const more = servers.map((slot, index) =>
    containerView(slot, 'containers', index, { name: 'kserve-container' }),
  );
  const pod = readPodSpec(place, identity, { more, isOverlay: servers.length > 0 });
  return [{ ...pod, accepts: { ...pod.accepts, podSpec: false } }];
}
