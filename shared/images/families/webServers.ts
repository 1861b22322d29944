/** Web servers and proxies. */
import type { ImageFamily } from '../family.ts';

const NGINX = 'nginx/docker-nginx@0d7f4380c7 stable/debian/Dockerfile';
const UNPRIVILEGED = 'nginxinc/docker-nginx-unprivileged@8ead5cede3 stable/debian/Dockerfile';
const HTTPD = 'docker-library/httpd@9b63b37c9b 2.4/Dockerfile';
const HTTPD_ALPINE = 'docker-library/httpd@9b63b37c9b 2.4/alpine/Dockerfile';
const TRAEFIK_CHART = 'traefik/traefik-helm-chart@a8a66d0098 values.yaml';
const CADDY = 'caddyserver/caddy-docker@33f41403be 2.9/alpine/Dockerfile';
const HAPROXY = 'docker-library/haproxy@024ece8e67 3.0/Dockerfile';
const HAPROXY_DOCS = 'docker-library/docs@c4a9ba4144 haproxy/content.md';
const ENVOY = 'envoyproxy/envoy@0252c88f47 distribution/docker/Dockerfile-envoy';

export const WEB_SERVERS: readonly ImageFamily[] = [
  {
    id: 'nginx',
    title: 'nginx',
    grade: 'strong',
    images: ['docker.io/library/nginx'],
    starts: { as: 'root', source: NGINX },
    user: { uid: 101, gid: 101, source: NGINX },
    writes: [
      {
        path: '/var/cache/nginx',
        what: 'bodies of requests and its caches',
        source: 'nginx/docker-nginx#329',
      },
      { path: '/var/run', what: 'its pid file', source: 'k3s-io/k3s#5538' },
      {
        path: '/etc/nginx/conf.d',
        what: 'configuration made from templates',
        whenMounted: '/etc/nginx/templates',
        source: 'nginx/docker-nginx@0d7f4380c7 entrypoint/20-envsubst-on-templates.sh',
      },
    ],
    ports: { numbers: [80], source: NGINX },
    api: { use: 'never', source: NGINX },
    notes: [
      {
        text: 'A port below 1024 is open to other users than root with containerd 2.0, Docker 20.10 and k3s, and not with CRI-O or containerd 1.',
        source: 'containerd/containerd#11502',
      },
      {
        text: 'Its `user` directive only warns where it does not start as root.',
        source: 'docker-library/docs@c4a9ba4144 nginx/content.md',
      },
    ],
  },
  {
    id: 'nginx-unprivileged',
    title: 'nginx-unprivileged',
    grade: 'strong',
    images: [
      'docker.io/nginxinc/nginx-unprivileged',
      'ghcr.io/nginx/nginx-unprivileged',
      'ghcr.io/nginxinc/nginx-unprivileged',
      'quay.io/nginx/nginx-unprivileged',
      'public.ecr.aws/nginx/nginx-unprivileged',
    ],
    starts: { as: 'number', source: UNPRIVILEGED },
    user: { uid: 101, gid: 101, source: UNPRIVILEGED },
    writes: [{ path: '/tmp', what: 'its pid file and the bodies of requests', source: UNPRIVILEGED }],
    ports: { numbers: [8080], source: UNPRIVILEGED },
    api: { use: 'never', source: UNPRIVILEGED },
    notes: [
      {
        text: 'An nginx.conf of your own has to keep `pid` and the `*_temp_path` settings in /tmp.',
        source: 'nginxinc/docker-nginx-unprivileged@8ead5cede3 README.md',
      },
    ],
  },
  {
    id: 'httpd',
    title: 'Apache httpd',
    grade: 'medium',
    images: ['docker.io/library/httpd'],
    starts: { as: 'root', source: HTTPD },
    user: { uid: 33, gid: 33, source: 'docker-library/httpd#102' },
    writes: [{ path: '/usr/local/apache2/logs', what: 'its pid file', source: 'docker-library/httpd#179' }],
    ports: { numbers: [80], source: HTTPD },
    api: { use: 'never', source: HTTPD },
    notes: [
      {
        text: 'Nobody has published a complete list of what it writes under a read-only root; modules may write more.',
        source: 'docker-library/httpd#179',
      },
    ],
    variants: [{ when: { tag: '*alpine*' }, user: { uid: 82, gid: 82, source: HTTPD_ALPINE } }],
  },
  {
    id: 'traefik',
    title: 'Traefik',
    grade: 'strong',
    images: ['docker.io/library/traefik'],
    starts: { as: 'root', source: 'traefik/traefik-library-image@0924e39ed5 v3.1/alpine/Dockerfile' },
    user: { uid: 65532, gid: 65532, source: TRAEFIK_CHART },
    writes: [
      {
        path: '/tmp',
        what: 'temporary files',
        source: 'traefik/traefik-helm-chart@a8a66d0098 traefik/templates/_podtemplate.tpl',
      },
    ],
    // Where it listens is up to its configuration, so that only the ports of a manifest count.
    ports: { numbers: [], source: TRAEFIK_CHART },
    api: { use: 'sometimes', why: 'with a Kubernetes provider', source: TRAEFIK_CHART },
    notes: [
      {
        text: 'Its own chart moves the entry points to ports above 1024, such as 8000 and 8443.',
        source: TRAEFIK_CHART,
      },
    ],
  },
  {
    id: 'haproxy',
    title: 'HAProxy',
    grade: 'strong',
    images: ['docker.io/library/haproxy'],
    starts: { as: 'name', name: 'haproxy', source: HAPROXY },
    user: { uid: 99, gid: 99, source: HAPROXY },
    // Where it listens is up to its configuration, so that only the ports of a manifest count.
    ports: { numbers: [], source: HAPROXY_DOCS },
    api: { use: 'never', source: HAPROXY },
    notes: [
      { text: 'What it writes, and where it listens, is up to its configuration.', source: HAPROXY_DOCS },
    ],
    variants: [{ when: { below: '2.4' }, starts: { as: 'root', source: HAPROXY_DOCS } }],
  },
  {
    id: 'envoy',
    title: 'Envoy',
    grade: 'medium',
    images: ['docker.io/envoyproxy/envoy'],
    starts: { as: 'root', stepsDown: true, source: ENVOY },
    user: { uid: 101, gid: 101, source: ENVOY },
    ports: { numbers: [10000, 9901], source: ENVOY },
    api: { use: 'never', source: ENVOY },
    notes: [
      {
        text: 'Its configuration files have to be readable for the user.',
        source: 'envoyproxy/envoy@2f8eab658c docs/root/start/docker.rst',
      },
    ],
    variants: [
      {
        when: { tag: '*distroless*' },
        starts: { as: 'number', source: ENVOY },
        user: { uid: 65532, gid: 65532, source: ENVOY },
      },
    ],
  },
  {
    id: 'caddy',
    title: 'Caddy',
    grade: 'strong',
    images: ['docker.io/library/caddy'],
    starts: { as: 'root', source: CADDY },
    capabilities: {
      names: ['NET_BIND_SERVICE'],
      why: 'its binary carries this capability as a file capability, and cannot even be started where all are dropped',
      source: 'caddyserver/caddy-docker#396',
    },
    writes: [
      { path: '/data', what: 'certificates', isData: true, source: CADDY },
      { path: '/config', what: 'its saved configuration', source: CADDY },
    ],
    ports: { numbers: [80, 443, 2019], source: CADDY },
    api: { use: 'never', source: CADDY },
  },
  {
    id: 'whoami',
    title: 'whoami',
    grade: 'weak',
    images: ['docker.io/traefik/whoami'],
    starts: { as: 'root', source: 'traefik/whoami@235aa18350 Dockerfile' },
    ports: { numbers: [80], source: 'traefik/whoami@235aa18350 Dockerfile' },
    api: { use: 'never', source: 'traefik/whoami@235aa18350 Dockerfile' },
  },
];
