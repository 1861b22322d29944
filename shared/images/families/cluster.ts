/** Parts of a cluster: controllers, webhooks, name servers and proxies that talk to the Kubernetes API. */
import type { ImageFamily } from '../family.ts';

const KSM_CHART = 'prometheus-community/helm-charts@cf408a290a charts/kube-state-metrics/values.yaml';
const METRICS_SERVER = 'kubernetes-sigs/metrics-server@00ea53dcb2 Dockerfile';
const METRICS_SERVER_MANIFEST = 'kubernetes-sigs/metrics-server@009ffa21ea manifests/base/deployment.yaml';
const ADAPTER = 'prometheus-operator/kube-prometheus@4d719f1dea manifests/prometheusAdapter-deployment.yaml';
const OPERATOR =
  'prometheus-operator/kube-prometheus@4d719f1dea manifests/prometheusOperator-deployment.yaml';
const RBAC_PROXY =
  'prometheus-operator/kube-prometheus@4d719f1dea manifests/kubeStateMetrics-deployment.yaml';
const INGRESS_NGINX = 'kubernetes/ingress-nginx@dbb11b92dd rootfs/Dockerfile';
const INGRESS_NGINX_CHART = 'kubernetes/ingress-nginx@dbb11b92dd charts/ingress-nginx/values.yaml';
const COREDNS = 'kubernetes/kubernetes@008b365295 cluster/addons/dns/coredns/coredns.yaml.base';
const CERT_MANAGER = 'cert-manager/cert-manager@2d0d7f7f74 deploy/charts/cert-manager/values.yaml';
const EXTERNAL_DNS = 'kubernetes-sigs/external-dns@01a605ace1 charts/external-dns/values.yaml';
const SIDECAR = 'kiwigrid/k8s-sidecar@002a41b4e1 Dockerfile';
const ISTIO_INJECTION =
  'istio/istio@86c9f01fd7 manifests/charts/istio-control/istio-discovery/files/injection-template.yaml';
const ISTIO_PILOT = 'istio/istio@86c9f01fd7 pilot/docker/Dockerfile.pilot';
const METALLB = 'metallb/metallb@7938d3f89b config/manifests/metallb-native.yaml';
const KYVERNO = 'kyverno/kyverno@111e07bbec charts/kyverno/values.yaml';
const DASHBOARD = 'kubernetes/dashboard@02b0cb9d63 aio/deploy/recommended.yaml';

export const CLUSTER: readonly ImageFamily[] = [
  {
    id: 'kube-state-metrics',
    title: 'kube-state-metrics',
    grade: 'strong',
    images: ['registry.k8s.io/kube-state-metrics/kube-state-metrics'],
    starts: { as: 'name', name: 'nobody', source: 'kubernetes/kube-state-metrics@0711980b0f Dockerfile' },
    user: { uid: 65534, gid: 65534, source: KSM_CHART },
    ports: { numbers: [8080, 8081], source: KSM_CHART },
    api: { use: 'always', why: 'to read the state of the cluster', source: KSM_CHART },
  },
  {
    id: 'metrics-server',
    title: 'metrics-server',
    grade: 'strong',
    images: ['registry.k8s.io/metrics-server/metrics-server'],
    starts: { as: 'number', source: METRICS_SERVER },
    user: { uid: 65534, gid: 65534, source: METRICS_SERVER },
    writes: [{ path: '/tmp', what: 'its certificate', source: METRICS_SERVER_MANIFEST }],
    ports: { numbers: [10250, 4443], source: METRICS_SERVER_MANIFEST },
    api: { use: 'always', why: 'to read nodes and pods', source: METRICS_SERVER_MANIFEST },
  },
  {
    id: 'prometheus-adapter',
    title: 'prometheus-adapter',
    grade: 'medium',
    images: ['registry.k8s.io/prometheus-adapter/prometheus-adapter'],
    writes: [
      { path: '/tmp', what: 'temporary files', source: ADAPTER },
      { path: '/var/run/serving-cert', what: 'its certificate', source: ADAPTER },
    ],
    ports: { numbers: [6443], source: ADAPTER },
    api: { use: 'always', why: 'it serves a part of it', source: ADAPTER },
  },
  {
    id: 'prometheus-operator',
    title: 'the Prometheus operator',
    grade: 'medium',
    images: ['quay.io/prometheus-operator/prometheus-operator'],
    user: { uid: 65534, gid: 65534, source: OPERATOR },
    ports: { numbers: [8080], source: OPERATOR },
    api: { use: 'always', why: 'to manage Prometheus', source: OPERATOR },
  },
  {
    id: 'kube-rbac-proxy',
    title: 'kube-rbac-proxy',
    grade: 'medium',
    images: ['quay.io/brancz/kube-rbac-proxy'],
    user: { uid: 65532, gid: 65532, source: RBAC_PROXY },
    api: { use: 'always', why: 'to ask who may pass', source: RBAC_PROXY },
  },
  {
    id: 'ingress-nginx',
    title: 'the ingress-nginx controller',
    grade: 'strong',
    images: ['registry.k8s.io/ingress-nginx/controller', 'registry.k8s.io/ingress-nginx/controller-chroot'],
    starts: { as: 'name', name: 'www-data', source: INGRESS_NGINX },
    user: { uid: 101, gid: 82, source: INGRESS_NGINX_CHART },
    writableRoot: {
      why: 'its maintainers do not support a read-only root filesystem',
      source: 'kubernetes/ingress-nginx#7050',
    },
    capabilities: {
      names: ['NET_BIND_SERVICE'],
      why: 'its binaries carry this capability as a file capability, and cannot even be started where all are dropped',
      source: INGRESS_NGINX,
    },
    ports: { numbers: [80, 443, 8443, 10254], source: INGRESS_NGINX_CHART },
    api: { use: 'always', why: 'to read ingresses', source: INGRESS_NGINX_CHART },
    notes: [
      {
        text: 'Its user and group must not be changed with the official image.',
        source: INGRESS_NGINX_CHART,
      },
    ],
  },
  {
    id: 'ingress-nginx-certgen',
    title: 'kube-webhook-certgen',
    grade: 'medium',
    images: ['registry.k8s.io/ingress-nginx/kube-webhook-certgen'],
    user: { uid: 65532, gid: 65532, source: INGRESS_NGINX_CHART },
    api: { use: 'always', why: 'to write secrets and webhooks', source: INGRESS_NGINX_CHART },
  },
  {
    id: 'coredns',
    title: 'CoreDNS',
    grade: 'strong',
    images: ['registry.k8s.io/coredns/coredns', 'docker.io/coredns/coredns'],
    starts: { as: 'name', name: 'nonroot', source: 'coredns/coredns#6320' },
    user: { uid: 65532, gid: 65532, source: 'coredns/coredns#7435' },
    capabilities: {
      names: ['NET_BIND_SERVICE'],
      why: 'its binary carries this capability as a file capability, and cannot even be started where all are dropped',
      source: 'coredns/coredns#5969',
    },
    ports: { numbers: [53, 9153, 8080, 8181], source: COREDNS },
    api: { use: 'sometimes', why: 'with its kubernetes plugin', source: COREDNS },
    variants: [{ when: { below: '1.11' }, starts: { as: 'root', source: 'coredns/coredns#5969' } }],
  },
  {
    id: 'cert-manager',
    title: 'cert-manager',
    grade: 'medium',
    images: [
      'quay.io/jetstack/cert-manager-controller',
      'quay.io/jetstack/cert-manager-webhook',
      'quay.io/jetstack/cert-manager-cainjector',
      'quay.io/jetstack/cert-manager-acmesolver',
      'quay.io/jetstack/cert-manager-startupapicheck',
    ],
    starts: { as: 'number', source: CERT_MANAGER },
    api: { use: 'always', why: 'to manage certificates', source: CERT_MANAGER },
  },
  {
    id: 'external-dns',
    title: 'ExternalDNS',
    grade: 'medium',
    images: ['registry.k8s.io/external-dns/external-dns'],
    user: { uid: 65534, gid: 65534, source: EXTERNAL_DNS },
    ports: { numbers: [7979], source: EXTERNAL_DNS },
    api: { use: 'always', why: 'to read services and ingresses', source: EXTERNAL_DNS },
  },
  {
    id: 'k8s-sidecar',
    title: 'k8s-sidecar',
    grade: 'weak',
    images: ['docker.io/kiwigrid/k8s-sidecar', 'quay.io/kiwigrid/k8s-sidecar'],
    starts: { as: 'name', name: 'nobody', source: SIDECAR },
    user: { uid: 65534, source: SIDECAR },
    api: { use: 'always', why: 'to read config maps', source: SIDECAR },
  },
  {
    id: 'istio-proxy',
    title: "Istio's proxy",
    grade: 'strong',
    images: ['docker.io/istio/proxyv2', 'gcr.io/istio-release/proxyv2'],
    user: { uid: 1337, gid: 1337, source: ISTIO_INJECTION },
    writes: [
      { path: '/var/lib/istio/data', what: 'its data', source: ISTIO_INJECTION },
      { path: '/etc/istio/proxy', what: 'its configuration', source: ISTIO_INJECTION },
    ],
    ports: { numbers: [15090], source: ISTIO_INJECTION },
    notes: [
      {
        text: 'Where it captures traffic as TPROXY, and as istio-init, it runs as root with NET_ADMIN.',
        source: ISTIO_INJECTION,
      },
    ],
  },
  {
    id: 'istio-pilot',
    title: 'istiod',
    grade: 'strong',
    images: ['docker.io/istio/pilot', 'gcr.io/istio-release/pilot'],
    starts: { as: 'number', source: ISTIO_PILOT },
    user: { uid: 1337, gid: 1337, source: ISTIO_PILOT },
    writes: [
      {
        path: '/var/run/secrets/istio-dns',
        what: 'its certificate',
        source:
          'istio/istio@86c9f01fd7 manifests/charts/istio-control/istio-discovery/templates/deployment.yaml',
      },
    ],
    api: { use: 'always', why: 'to read services and its own resources', source: ISTIO_PILOT },
  },
  {
    id: 'metallb-controller',
    title: "MetalLB's controller",
    grade: 'medium',
    images: ['quay.io/metallb/controller'],
    user: { uid: 65534, gid: 65534, source: METALLB },
    api: { use: 'always', why: 'to hand out addresses', source: METALLB },
  },
  {
    id: 'metallb-speaker',
    title: "MetalLB's speaker",
    grade: 'medium',
    images: ['quay.io/metallb/speaker'],
    needsRoot: {
      when: 'always',
      why: "it answers for addresses on the node's network",
      source: METALLB,
    },
    capabilities: {
      names: ['NET_RAW'],
      why: 'it sends raw packets',
      source: METALLB,
    },
    api: { use: 'always', why: 'to learn which addresses it answers for', source: METALLB },
  },
  {
    id: 'kyverno',
    title: 'Kyverno',
    grade: 'medium',
    images: ['reg.kyverno.io/kyverno/*', 'ghcr.io/kyverno/*'],
    user: { uid: 65534, gid: 65534, source: KYVERNO },
    api: { use: 'always', why: 'it judges what is written to it', source: KYVERNO },
  },
  {
    id: 'kubernetes-dashboard',
    title: 'the Kubernetes dashboard',
    grade: 'medium',
    images: ['docker.io/kubernetesui/dashboard', 'docker.io/kubernetesui/metrics-scraper'],
    user: { uid: 1001, gid: 2001, source: DASHBOARD },
    writes: [{ path: '/tmp', what: 'temporary files', source: DASHBOARD }],
    api: { use: 'always', why: 'it shows the cluster', source: DASHBOARD },
    notes: [
      {
        text: 'The dashboard keeps its certificates in /certs, which is a volume in its manifests.',
        source: DASHBOARD,
      },
    ],
  },
];
