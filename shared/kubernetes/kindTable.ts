/** The kind table: where custom resources keep their pods, by how the place is to be read. Data only. */

/**
 * A row is a group, a kind and its places; `[*]` stands for every item of a list, `{*}` for every value of a mapping. Each
 * place was read from the kind's published schema or from the project's Go types. `core` is the group without a name.
 *
 * Not in it: kinds whose containers do not run as pods of the cluster (Azure Container Apps and Container Instances, Cloud
 * Run), and objects that only controllers write.
 */
export const CUSTOM_KINDS = {
  /** True pod specs, of which the controller makes pods as they are. */
  complete: `
    actions.github.com       AutoscalingRunnerSet      spec.template.spec
    actions.github.com       EphemeralRunner           spec.spec
    actions.github.com       EphemeralRunnerSet        spec.ephemeralRunnerSpec.spec
    agones.dev               GameServer                spec.template.spec
    agones.dev               GameServerSet             spec.template.spec.template.spec
    agones.dev               Fleet                     spec.template.spec.template.spec
    apps.kruise.io           CloneSet                  spec.template.spec
    apps.kruise.io           StatefulSet               spec.template.spec
    apps.kruise.io           DaemonSet                 spec.template.spec
    apps.kruise.io           BroadcastJob              spec.template.spec
    apps.kruise.io           AdvancedCronJob           spec.template.jobTemplate.spec.template.spec spec.template.broadcastJobTemplate.spec.template.spec
    apps.kruise.io           UnitedDeployment          spec.template.statefulSetTemplate.spec.template.spec spec.template.advancedStatefulSetTemplate.spec.template.spec spec.template.cloneSetTemplate.spec.template.spec spec.template.deploymentTemplate.spec.template.spec
    apps.openshift.io        DeploymentConfig          spec.template.spec
    core                     DeploymentConfig          spec.template.spec
    argoproj.io              Rollout                   spec.template.spec
    argoproj.io              Experiment                spec.templates[*].template.spec
    argoproj.io              AnalysisTemplate          spec.metrics[*].provider.job.spec.template.spec
    argoproj.io              ClusterAnalysisTemplate   spec.metrics[*].provider.job.spec.template.spec
    argoproj.io              AnalysisRun               spec.metrics[*].provider.job.spec.template.spec
    batch.volcano.sh         Job                       spec.tasks[*].template.spec
    capi.weave.works         ClusterBootstrapConfig    spec.jobTemplate.spec
    core.strimzi.io          StrimziPodSet             spec.pods[*].spec
    disaggregatedset.x-k8s.io DisaggregatedSet         spec.roles[*].spec.leaderWorkerTemplate.leaderTemplate.spec spec.roles[*].spec.leaderWorkerTemplate.workerTemplate.spec
    jobset.x-k8s.io          JobSet                    spec.replicatedJobs[*].template.spec.template.spec
    k8up.io                  PreBackupPod              spec.pod.spec
    keda.sh                  ScaledJob                 spec.jobTargetRef.template.spec
    kubeflow.org             PyTorchJob                spec.pytorchReplicaSpecs{*}.template.spec
    kubeflow.org             TFJob                     spec.tfReplicaSpecs{*}.template.spec
    kubeflow.org             MPIJob                    spec.mpiReplicaSpecs{*}.template.spec
    kubeflow.org             XGBoostJob                spec.xgbReplicaSpecs{*}.template.spec
    kubeflow.org             PaddleJob                 spec.paddleReplicaSpecs{*}.template.spec
    kubeflow.org             JAXJob                    spec.jaxReplicaSpecs{*}.template.spec
    kueue.x-k8s.io           Workload                  spec.podSets[*].template.spec
    leaderworkerset.x-k8s.io LeaderWorkerSet           spec.leaderWorkerTemplate.leaderTemplate.spec spec.leaderWorkerTemplate.workerTemplate.spec
    operators.coreos.com     ClusterServiceVersion     spec.install.spec.deployments[*].spec.template.spec
    ray.io                   RayCluster                spec.headGroupSpec.template.spec spec.workerGroupSpecs[*].template.spec
    ray.io                   RayJob                    spec.rayClusterSpec.headGroupSpec.template.spec spec.rayClusterSpec.workerGroupSpecs[*].template.spec spec.submitterPodTemplate.spec
    ray.io                   RayService                spec.rayClusterConfig.headGroupSpec.template.spec spec.rayClusterConfig.workerGroupSpecs[*].template.spec
    ray.io                   RayCronJob                spec.jobTemplate.rayClusterSpec.headGroupSpec.template.spec spec.jobTemplate.rayClusterSpec.workerGroupSpecs[*].template.spec spec.jobTemplate.submitterPodTemplate.spec
    temporal.io              TemporalWorkerDeployment  spec.template.spec
    temporal.io              WorkerDeployment          spec.template.spec
    trainer.kubeflow.org     TrainingRuntime           spec.template.spec.replicatedJobs[*].template.spec.template.spec
    trainer.kubeflow.org     ClusterTrainingRuntime    spec.template.spec.replicatedJobs[*].template.spec.template.spec
  `,
  /** Pod specs that are merged over the controller's own: what they write counts, and nothing is missing in them. */
  overlay: `
    actions.github.com       AutoscalingListener       spec.template.spec
    actions.github.com       AutoscalingRunnerSet      spec.listenerTemplate.spec
    actions.summerwind.dev   Runner                    spec
    actions.summerwind.dev   RunnerDeployment          spec.template.spec
    actions.summerwind.dev   RunnerReplicaSet          spec.template.spec
    actions.summerwind.dev   RunnerSet                 spec.template.spec
    cluster.redpanda.com     Redpanda                  spec.clusterSpec.statefulset.podTemplate.spec spec.clusterSpec.post_install_job.podTemplate.spec spec.clusterSpec.post_upgrade_job.podTemplate.spec
    db.atlasgo.io            AtlasMigration            spec.devDB.spec
    db.atlasgo.io            AtlasSchema               spec.devDB.spec
    flink.apache.org         FlinkDeployment           spec.podTemplate.spec spec.jobManager.podTemplate.spec spec.taskManager.podTemplate.spec
    grafana.integreatly.org  Grafana                   spec.deployment.spec.template.spec
    gravitee.io              GatewayClassParameters    spec.kubernetes.deployment.template.spec
    hivemq.com               HiveMQPlatform            spec.statefulSet.spec.template.spec
    k6.io                    PrivateLoadZone           spec.podTemplate.spec
    k8s.keycloak.org         Keycloak                  spec.unsupported.podTemplate.spec
    k8up.io                  PodConfig                 spec.template.spec
    logging-extensions.banzaicloud.io EventTailer      spec.workloadOverrides
    logging-extensions.banzaicloud.io HostTailer       spec.workloadOverrides
    logging.banzaicloud.io   Logging                   spec.nodeAgents[*].nodeAgentFluentbit.daemonSet.spec.template.spec spec.syslogNG.configCheckPod spec.syslogNG.statefulSet.spec.template.spec
    logging.banzaicloud.io   NodeAgent                 spec.nodeAgentFluentbit.daemonSet.spec.template.spec
    logging.banzaicloud.io   SyslogNGConfig            spec.configCheckPod spec.statefulSet.spec.template.spec
    monitoring.coreos.com    Alertmanager              spec
    monitoring.coreos.com    Prometheus                spec
    monitoring.coreos.com    PrometheusAgent           spec
    monitoring.coreos.com    ThanosRuler               spec
    monitoring.grafana.com   GrafanaAgent              spec
    pkg.crossplane.io        DeploymentRuntimeConfig   spec.deploymentTemplate.spec.template.spec
    platform.confluent.io    FlinkDeployment           spec.podTemplate.spec spec.jobManager.podTemplate.spec spec.taskManager.podTemplate.spec
    platform.confluent.io    FlinkBlueGreenDeployment  spec.template.spec.podTemplate.spec spec.template.spec.jobManager.podTemplate.spec spec.template.spec.taskManager.podTemplate.spec
    postgresql.cnpg.io       Pooler                    spec.template.spec
    rabbitmq.com             RabbitmqCluster           spec.override.statefulSet.spec.template.spec
    resource.streamnative.io ComputeFlinkDeployment    spec.communityTemplate.spec.jobManagerPodTemplate.spec spec.communityTemplate.spec.taskManagerPodTemplate.spec
    serving.kserve.io        InferenceService          spec.predictor.workerSpec
    sparkoperator.k8s.io     SparkApplication          spec.driver.template.spec spec.executor.template.spec
    sparkoperator.k8s.io     ScheduledSparkApplication spec.template.driver.template.spec spec.template.executor.template.spec
    vault.banzaicloud.com    Vault                     spec.vaultPodSpec spec.vaultConfigurerPodSpec
  `,
  /** Lists of whole containers without a pod spec around them. */
  containers: `
    apps.kruise.io           SidecarSet                spec
    minio.min.io             Tenant                    spec.sideCars
    mysql.presslabs.org      MysqlCluster              spec.podSpec
    operator.cluster.x-k8s.io BootstrapProvider        spec.deployment
    operator.cluster.x-k8s.io ControlPlaneProvider     spec.deployment
    operator.cluster.x-k8s.io CoreProvider             spec.deployment
    operator.cluster.x-k8s.io InfrastructureProvider   spec.deployment
    pg.percona.com           PostgresCluster           spec.instances[*] spec.proxy.pgBouncer
    postgres-operator.crunchydata.com PostgresCluster  spec.instances[*] spec.proxy.pgBouncer
    serving.kserve.io        ServingRuntime            spec spec.workerSpec
    serving.kserve.io        ClusterServingRuntime     spec spec.workerSpec
    valkey.io                ValkeyCluster             spec
    valkey.io                ValkeyNode                spec
  `,
  knative: `
    serving.knative.dev      Service                   spec.template.spec
    serving.knative.dev      Configuration             spec.template.spec
    serving.knative.dev      Revision                  spec
  `,
  'argo-workflow': `
    argoproj.io              Workflow                  spec
    argoproj.io              WorkflowTemplate          spec
    argoproj.io              ClusterWorkflowTemplate   spec
    argoproj.io              CronWorkflow              spec.workflowSpec
  `,
  'tekton-task': `
    tekton.dev               Task                      spec
    tekton.dev               ClusterTask               spec
    tekton.dev               Pipeline                  spec.tasks[*].taskSpec spec.finally[*].taskSpec
  `,
  'tekton-step': `
    tekton.dev               StepAction                spec
  `,
  'tekton-task-run': `
    tekton.dev               TaskRun                   spec
  `,
  'tekton-pipeline-run': `
    tekton.dev               PipelineRun               spec
  `,
  spark: `
    sparkoperator.k8s.io     SparkApplication          spec.driver spec.executor
    sparkoperator.k8s.io     ScheduledSparkApplication spec.template.driver spec.template.executor
  `,
  kserve: `
    serving.kserve.io        InferenceService          spec.predictor spec.transformer spec.explainer
  `,
  /** Whole objects inside another one. */
  objects: `
    template.openshift.io    Template                  objects[*]
    core                     Template                  objects[*]
    work.karmada.io          Work                      spec.workload.manifests[*]
    work.open-cluster-management.io ManifestWork       spec.workload.manifests[*]
  `,
} as const;
