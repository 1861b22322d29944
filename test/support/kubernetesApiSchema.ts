/** The published types of the workload kinds, field by field, and the strict decoding that the API server does with them. */

import { isList, isMap, type Plain, type PlainMap, type PlainPath } from './goYamlPlain.ts';
import { amountInBillionths } from './kubernetesApiQuantity.ts';

/** What a type in the table below may say of a value; anything else is the name of another type. */
type ScalarType = 'string' | 'bool' | 'int32' | 'int64' | 'quantity' | 'intOrString' | 'any';

/** A value that does not fit its published type. */
export interface StructuralRejection {
  readonly path: PlainPath;
  readonly rule: 'type' | 'unknown-field' | 'required' | 'quantity';
  readonly message: string;
}

/**
 * The fields of every type that a workload or a service account is made of: `name` is a string, `name:type` another
 * type, `[]` a list of it, `{}` a mapping to it, and `!` a required field. Left out, as `any`, are statuses and the
 * volume sources of storage vendors. Source: the published types of Kubernetes 1.37 (core/v1, apps/v1, batch/v1); fields
 * that only old API versions have stand beside them.
 */
const TYPES: Readonly<Record<string, string>> = {
  Pod: 'apiVersion! kind! metadata:ObjectMeta spec:PodSpec status:any',
  PodTemplate: 'apiVersion! kind! metadata:ObjectMeta template:PodTemplateSpec',
  ReplicationController: `
    apiVersion! kind! metadata:ObjectMeta spec:ReplicationControllerSpec status:any`,
  Deployment: 'apiVersion! kind! metadata:ObjectMeta spec:DeploymentSpec status:any',
  ReplicaSet: 'apiVersion! kind! metadata:ObjectMeta spec:ReplicaSetSpec status:any',
  StatefulSet: 'apiVersion! kind! metadata:ObjectMeta spec:StatefulSetSpec status:any',
  DaemonSet: 'apiVersion! kind! metadata:ObjectMeta spec:DaemonSetSpec status:any',
  Job: 'apiVersion! kind! metadata:ObjectMeta spec:JobSpec status:any',
  CronJob: 'apiVersion! kind! metadata:ObjectMeta spec:CronJobSpec status:any',
  ServiceAccount: `
    apiVersion! kind! automountServiceAccountToken:bool imagePullSecrets:LocalObjectReference[]
    metadata:ObjectMeta secrets:ObjectReference[]`,
  ObjectMeta: `
    annotations:{}string creationTimestamp deletionGracePeriodSeconds:int64 deletionTimestamp
    finalizers:string[] generateName generation:int64 labels:{}string managedFields:any[] name namespace
    ownerReferences:OwnerReference[] resourceVersion selfLink uid`,
  OwnerReference: 'apiVersion! kind! name! uid! blockOwnerDeletion:bool controller:bool',
  PodSpec: `
    containers!:Container[] activeDeadlineSeconds:int64 affinity:Affinity
    automountServiceAccountToken:bool dnsConfig:PodDNSConfig dnsPolicy enableServiceLinks:bool
    ephemeralContainers:EphemeralContainer[] hostAliases:HostAlias[] hostIPC:bool hostname
    hostnameOverride hostNetwork:bool hostPID:bool hostUsers:bool
    imagePullSecrets:LocalObjectReference[] initContainers:Container[] nodeName nodeSelector:{}string
    os:PodOS overhead:{}quantity preemptionPolicy priority:int32 priorityClassName
    readinessGates:PodReadinessGate[] resourceClaims:PodResourceClaim[] resources:ResourceRequirements
    restartPolicy runtimeClassName schedulerName schedulingGates:PodSchedulingGate[] schedulingGroup:any
    securityContext:PodSecurityContext serviceAccount serviceAccountName setHostnameAsFQDN:bool
    shareProcessNamespace:bool subdomain terminationGracePeriodSeconds:int64 tolerations:Toleration[]
    topologySpreadConstraints:TopologySpreadConstraint[] volumes:Volume[] evictionResponders:any[]`,
  Affinity: 'nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity',
  NodeAffinity: `
    preferredDuringSchedulingIgnoredDuringExecution:PreferredSchedulingTerm[]
    requiredDuringSchedulingIgnoredDuringExecution:NodeSelector`,
  PreferredSchedulingTerm: 'weight!:int32 preference:NodeSelectorTerm',
  NodeSelectorTerm: 'matchExpressions:NodeSelectorRequirement[] matchFields:NodeSelectorRequirement[]',
  NodeSelectorRequirement: 'key! operator! values:string[]',
  NodeSelector: 'nodeSelectorTerms!:NodeSelectorTerm[]',
  PodAffinity: `
    preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm[]
    requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[]`,
  WeightedPodAffinityTerm: 'podAffinityTerm!:PodAffinityTerm weight!:int32',
  PodAffinityTerm: `
    topologyKey! labelSelector:LabelSelector matchLabelKeys:string[] mismatchLabelKeys:string[]
    namespaces:string[] namespaceSelector:LabelSelector`,
  LabelSelector: 'matchExpressions:LabelSelectorRequirement[] matchLabels:{}string',
  LabelSelectorRequirement: 'key! operator! values:string[]',
  PodAntiAffinity: `
    preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm[]
    requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[]`,
  Container: `
    name! args:string[] command:string[] env:EnvVar[] envFrom:EnvFromSource[] image imagePullPolicy
    lifecycle:Lifecycle livenessProbe:Probe ports:ContainerPort[] readinessProbe:Probe
    resizePolicy:ContainerResizePolicy[] resources:ResourceRequirements restartPolicy
    restartPolicyRules:any[] securityContext:SecurityContext startupProbe:Probe stdin:bool
    stdinOnce:bool terminationMessagePath terminationMessagePolicy tty:bool volumeDevices:VolumeDevice[]
    volumeMounts:VolumeMount[] workingDir`,
  EnvVar: 'name! value valueFrom:EnvVarSource',
  EnvVarSource: `
    configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector fileKeyRef:any
    resourceFieldRef:ResourceFieldSelector secretKeyRef:SecretKeySelector`,
  ConfigMapKeySelector: 'key! name optional:bool',
  ObjectFieldSelector: 'fieldPath! apiVersion',
  ResourceFieldSelector: 'resource! containerName divisor:quantity',
  SecretKeySelector: 'key! name optional:bool',
  EnvFromSource: 'configMapRef:ConfigMapEnvSource prefix secretRef:SecretEnvSource',
  ConfigMapEnvSource: 'name optional:bool',
  SecretEnvSource: 'name optional:bool',
  Lifecycle: 'postStart:LifecycleHandler preStop:LifecycleHandler stopSignal',
  LifecycleHandler: 'exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction tcpSocket:TCPSocketAction',
  ExecAction: 'command:string[]',
  HTTPGetAction: 'port!:intOrString host httpHeaders:HTTPHeader[] path scheme protocol',
  HTTPHeader: 'name! value',
  SleepAction: 'seconds!:int64',
  TCPSocketAction: 'port!:intOrString host',
  Probe: `
    exec:ExecAction failureThreshold:int32 grpc:GRPCAction httpGet:HTTPGetAction
    initialDelaySeconds:int32 periodSeconds:int32 successThreshold:int32 tcpSocket:TCPSocketAction
    terminationGracePeriodSeconds:int64 timeoutSeconds:int32`,
  GRPCAction: 'port!:int32 service mode',
  ContainerPort: 'containerPort!:int32 hostIP hostPort:int32 name protocol',
  ContainerResizePolicy: 'resourceName! restartPolicy!',
  ResourceRequirements: 'claims:ResourceClaim[] limits:{}quantity requests:{}quantity',
  ResourceClaim: 'name! request',
  SecurityContext: `
    allowPrivilegeEscalation:bool appArmorProfile:AppArmorProfile capabilities:Capabilities
    privileged:bool procMount readOnlyRootFilesystem:bool runAsGroup:int64 runAsNonRoot:bool
    runAsUser:int64 seccompProfile:SeccompProfile seLinuxOptions:SELinuxOptions
    windowsOptions:WindowsSecurityContextOptions`,
  AppArmorProfile: 'type! localhostProfile',
  Capabilities: 'add:string[] drop:string[]',
  SELinuxOptions: 'level role type user',
  SeccompProfile: 'type! localhostProfile',
  WindowsSecurityContextOptions: `
    gmsaCredentialSpec gmsaCredentialSpecName hostProcess:bool runAsUserName`,
  VolumeDevice: 'devicePath! name!',
  VolumeMount:
    'mountPath! name! mountPropagation readOnly:bool recursiveReadOnly subPath subPathExpr bindMountOptions:string[]',
  PodDNSConfig: 'nameservers:string[] options:PodDNSConfigOption[] searches:string[]',
  PodDNSConfigOption: 'name value',
  EphemeralContainer: `
    name! args:string[] command:string[] env:EnvVar[] envFrom:EnvFromSource[] image imagePullPolicy
    lifecycle:Lifecycle livenessProbe:Probe ports:ContainerPort[] readinessProbe:Probe
    resizePolicy:ContainerResizePolicy[] resources:ResourceRequirements restartPolicy
    restartPolicyRules:any[] securityContext:SecurityContext startupProbe:Probe stdin:bool
    stdinOnce:bool targetContainerName terminationMessagePath terminationMessagePolicy tty:bool
    volumeDevices:VolumeDevice[] volumeMounts:VolumeMount[] workingDir`,
  HostAlias: 'ip! hostnames:string[]',
  LocalObjectReference: 'name',
  PodOS: 'name!',
  PodReadinessGate: 'conditionType!',
  PodResourceClaim: 'name! resourceClaimName resourceClaimTemplateName',
  PodSchedulingGate: 'name!',
  PodSecurityContext: `
    appArmorProfile:AppArmorProfile fsGroup:int64 fsGroupChangePolicy runAsGroup:int64 runAsNonRoot:bool
    runAsUser:int64 seccompProfile:SeccompProfile seLinuxChangePolicy seLinuxOptions:SELinuxOptions
    supplementalGroups:int64[] supplementalGroupsPolicy sysctls:Sysctl[]
    windowsOptions:WindowsSecurityContextOptions`,
  Sysctl: 'name! value',
  Toleration: 'effect key operator tolerationSeconds:int64 value',
  TopologySpreadConstraint: `
    maxSkew!:int32 topologyKey! whenUnsatisfiable! labelSelector:LabelSelector matchLabelKeys:string[]
    minDomains:int32 nodeAffinityPolicy nodeTaintsPolicy`,
  Volume: `
    name! awsElasticBlockStore:any azureDisk:any azureFile:any cephfs:any cinder:any
    configMap:ConfigMapVolumeSource csi:CSIVolumeSource downwardAPI:DownwardAPIVolumeSource
    emptyDir:EmptyDirVolumeSource ephemeral:EphemeralVolumeSource fc:any flexVolume:any flocker:any
    gcePersistentDisk:any gitRepo:any glusterfs:any hostPath:HostPathVolumeSource
    image:ImageVolumeSource iscsi:any nfs:NFSVolumeSource
    persistentVolumeClaim:PersistentVolumeClaimVolumeSource photonPersistentDisk:any portworxVolume:any
    projected:ProjectedVolumeSource quobyte:any rbd:any scaleIO:any secret:SecretVolumeSource
    storageos:any vsphereVolume:any`,
  ConfigMapVolumeSource: 'defaultMode:int32 items:KeyToPath[] name optional:bool defaultUser:int64',
  KeyToPath: 'key! path! mode:int32 user:int64',
  CSIVolumeSource: `
    driver! fsType nodePublishSecretRef:LocalObjectReference readOnly:bool volumeAttributes:{}string`,
  DownwardAPIVolumeSource: 'defaultMode:int32 items:DownwardAPIVolumeFile[] defaultUser:int64',
  DownwardAPIVolumeFile: `
    path! fieldRef:ObjectFieldSelector mode:int32 resourceFieldRef:ResourceFieldSelector user:int64`,
  EmptyDirVolumeSource: 'medium sizeLimit:quantity mode:int32',
  EphemeralVolumeSource: 'volumeClaimTemplate:PersistentVolumeClaimTemplate',
  PersistentVolumeClaimTemplate: 'spec!:PersistentVolumeClaimSpec metadata:ObjectMeta',
  PersistentVolumeClaimSpec: `
    accessModes:string[] dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference
    resources:VolumeResourceRequirements selector:LabelSelector storageClassName
    volumeAttributesClassName volumeMode volumeName`,
  TypedLocalObjectReference: 'kind! name! apiGroup',
  TypedObjectReference: 'kind! name! apiGroup namespace',
  VolumeResourceRequirements: 'limits:{}quantity requests:{}quantity',
  HostPathVolumeSource: 'path! type',
  ImageVolumeSource: 'pullPolicy reference',
  NFSVolumeSource: 'path! server! readOnly:bool',
  PersistentVolumeClaimVolumeSource: 'claimName! readOnly:bool',
  ProjectedVolumeSource: 'defaultMode:int32 sources:VolumeProjection[] defaultUser:int64',
  VolumeProjection: `
    clusterTrustBundle:ClusterTrustBundleProjection configMap:ConfigMapProjection
    downwardAPI:DownwardAPIProjection podCertificate:any secret:SecretProjection
    serviceAccountToken:ServiceAccountTokenProjection`,
  ClusterTrustBundleProjection: 'path! labelSelector:LabelSelector name optional:bool signerName user:int64',
  ConfigMapProjection: 'items:KeyToPath[] name optional:bool',
  DownwardAPIProjection: 'items:DownwardAPIVolumeFile[]',
  SecretProjection: 'items:KeyToPath[] name optional:bool',
  ServiceAccountTokenProjection: 'path! audience expirationSeconds:int64 user:int64',
  SecretVolumeSource: 'defaultMode:int32 items:KeyToPath[] optional:bool secretName defaultUser:int64',
  PodTemplateSpec: 'metadata:ObjectMeta spec:PodSpec',
  ReplicationControllerSpec: `
    minReadySeconds:int32 replicas:int32 selector:{}string template:PodTemplateSpec`,
  ObjectReference: 'apiVersion fieldPath kind name namespace resourceVersion uid',
  DeploymentSpec: `
    selector!:LabelSelector template!:PodTemplateSpec minReadySeconds:int32 paused:bool
    progressDeadlineSeconds:int32 replicas:int32 revisionHistoryLimit:int32
    rollbackTo:any strategy:DeploymentStrategy`,
  DeploymentStrategy: 'rollingUpdate:RollingUpdateDeployment type',
  RollingUpdateDeployment: 'maxSurge:intOrString maxUnavailable:intOrString',
  ReplicaSetSpec: 'selector!:LabelSelector minReadySeconds:int32 replicas:int32 template:PodTemplateSpec',
  StatefulSetSpec: `
    selector!:LabelSelector template!:PodTemplateSpec minReadySeconds:int32 ordinals:StatefulSetOrdinals
    persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy
    podManagementPolicy replicas:int32 revisionHistoryLimit:int32 serviceName
    updateStrategy:StatefulSetUpdateStrategy volumeClaimTemplates:any[]`,
  StatefulSetOrdinals: 'start:int32',
  StatefulSetPersistentVolumeClaimRetentionPolicy: 'whenDeleted whenScaled',
  StatefulSetUpdateStrategy: 'rollingUpdate:RollingUpdateStatefulSetStrategy type',
  RollingUpdateStatefulSetStrategy: 'maxUnavailable:intOrString partition:int32',
  DaemonSetSpec: `
    selector!:LabelSelector template!:PodTemplateSpec minReadySeconds:int32 revisionHistoryLimit:int32
    templateGeneration:int64 updateStrategy:DaemonSetUpdateStrategy`,
  DaemonSetUpdateStrategy: 'rollingUpdate:RollingUpdateDaemonSet type',
  RollingUpdateDaemonSet: 'maxSurge:intOrString maxUnavailable:intOrString',
  JobSpec: `
    template!:PodTemplateSpec activeDeadlineSeconds:int64 backoffLimit:int32 backoffLimitPerIndex:int32
    completionMode completions:int32 managedBy manualSelector:bool maxFailedIndexes:int32
    parallelism:int32 podFailurePolicy:PodFailurePolicy podReplacementPolicy scheduling:any
    selector:LabelSelector successPolicy:SuccessPolicy suspend:bool ttlSecondsAfterFinished:int32`,
  PodFailurePolicy: 'rules!:PodFailurePolicyRule[]',
  PodFailurePolicyRule: `
    action! onExitCodes:PodFailurePolicyOnExitCodesRequirement
    onPodConditions:PodFailurePolicyOnPodConditionsPattern[]`,
  PodFailurePolicyOnExitCodesRequirement: 'operator! values!:int32[] containerName',
  PodFailurePolicyOnPodConditionsPattern: 'status! type!',
  SuccessPolicy: 'rules!:SuccessPolicyRule[]',
  SuccessPolicyRule: 'succeededCount:int32 succeededIndexes',
  CronJobSpec: `
    jobTemplate!:JobTemplateSpec schedule! concurrencyPolicy failedJobsHistoryLimit:int32
    startingDeadlineSeconds:int64 successfulJobsHistoryLimit:int32 suspend:bool timeZone`,
  JobTemplateSpec: 'metadata:ObjectMeta spec:JobSpec',
};

interface Field {
  readonly type: string;
  readonly required: boolean;
}

const FIELDS: ReadonlyMap<string, ReadonlyMap<string, Field>> = new Map(
  Object.entries(TYPES).map(([name, text]) => [name, parseFields(text)]),
);

function parseFields(text: string): ReadonlyMap<string, Field> {
  const fields = text.trim().split(/\s+/);
  return new Map(
    fields.map((field) => {
      const [key = '', type = 'string'] = field.split(':');
      return [key.replace('!', ''), { type, required: key.endsWith('!') }];
    }),
  );
}

/** Whether the table has the type, as it has every workload kind. */
export function isKnownType(type: string): boolean {
  return FIELDS.has(type);
}

/** The fields of a type of the table, for tests of the table itself. */
export function fieldNames(type: string): readonly string[] {
  return [...(FIELDS.get(type)?.keys() ?? [])];
}

/**
 * Every value in an object that its published type does not take: strict decoding, so that unknown fields are
 * rejected too. Null is the absence of a value everywhere. `optional` names fields, as `Type.field`, that are not
 * required after all.
 */
export function structuralRejections(
  value: Plain,
  type: string,
  path: PlainPath,
  optional: ReadonlySet<string> = new Set(),
): readonly StructuralRejection[] {
  const found: StructuralRejection[] = [];
  checkType(value, type, path);
  return found;

  function reject(at: PlainPath, rule: StructuralRejection['rule'], message: string): void {
    found.push({ path: at, rule, message });
  }

  function checkType(here: Plain, hereType: string, at: PlainPath): void {
    if (here === null) return;
    if (hereType.endsWith('[]')) {
      if (isList(here)) checkItems(here, hereType.slice(0, -2), at);
      else reject(at, 'type', `must be a list, is ${describe(here)}`);
    } else if (hereType.startsWith('{}') || FIELDS.has(hereType)) {
      if (!isMap(here)) reject(at, 'type', `must be a mapping, is ${describe(here)}`);
      else if (FIELDS.has(hereType)) checkFields(here, hereType, at);
      else for (const [key, one] of Object.entries(here)) checkType(one, hereType.slice(2), [...at, key]);
    } else {
      checkScalar(here, hereType as ScalarType, at);
    }
  }

  function checkItems(here: readonly Plain[], itemType: string, at: PlainPath): void {
    for (const [index, item] of here.entries()) {
      // A null item decodes to the zero value of its type, whose required fields are missing.
      checkType(item === null && FIELDS.has(itemType) ? {} : item, itemType, [...at, index]);
    }
  }

  function checkFields(here: PlainMap, hereType: string, at: PlainPath): void {
    const fields = FIELDS.get(hereType) ?? new Map<string, Field>();
    for (const [key, one] of Object.entries(here)) {
      const field = fields.get(key);
      if (field === undefined) reject([...at, key], 'unknown-field', `unknown field in ${hereType}`);
      else checkType(one, field.type, [...at, key]);
    }
    for (const [key, { required }] of fields) {
      if (!required || optional.has(`${hereType}.${key}`)) continue;
      const one = here[key];
      const isMissing = one === undefined || one === null || one === '' || (isList(one) && one.length === 0);
      if (isMissing) reject([...at, key], 'required', `required in ${hereType}`);
    }
  }

  function checkScalar(here: Plain, hereType: ScalarType, at: PlainPath): void {
    switch (hereType) {
      case 'any':
        return;
      case 'string':
        if (typeof here !== 'string') reject(at, 'type', `must be a string, is ${describe(here)}`);
        return;
      case 'bool':
        if (typeof here !== 'boolean') reject(at, 'type', `must be a boolean, is ${describe(here)}`);
        return;
      case 'int32':
        if (!isInteger(here, 2 ** 31)) reject(at, 'type', `must be a 32-bit integer, is ${describe(here)}`);
        return;
      case 'int64':
        if (!isInteger(here, 2 ** 63)) reject(at, 'type', `must be an integer, is ${describe(here)}`);
        return;
      case 'intOrString':
        if (typeof here !== 'string' && !isInteger(here, 2 ** 31)) {
          reject(at, 'type', `must be an integer or a string, is ${describe(here)}`);
        }
        return;
      case 'quantity':
        if (amountInBillionths(here) === undefined)
          reject(at, 'quantity', `is no quantity: ${describe(here)}`);
        return;
      default: {
        const unknown: never = hereType;
        throw new Error(`the table names a type that is nowhere: ${String(unknown)}`);
      }
    }
  }
}

function isInteger(value: Plain, bound: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= -bound && value < bound;
}

function describe(value: Plain): string {
  if (isList(value)) return 'a list';
  if (isMap(value)) return 'a mapping';
  return typeof value === 'string' ? `the string ${JSON.stringify(value)}` : JSON.stringify(value);
}
