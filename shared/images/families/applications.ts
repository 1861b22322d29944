/** Applications that people install as they are. */
import type { ImageFamily } from '../family.ts';

const WORDPRESS = 'docker-library/wordpress@bf223d1c20 latest/php8.3/apache/Dockerfile';
const WORDPRESS_DOCS = 'docker-library/docs@c4a9ba4144 wordpress/content.md';
const GHOST = 'docker-library/ghost@032e9e0163 6/bookworm/Dockerfile';
const NEXTCLOUD = 'nextcloud/docker@4de1eed65a 33/apache/Dockerfile';
const NEXTCLOUD_ENTRYPOINT = 'nextcloud/docker@4de1eed65a 33/apache/entrypoint.sh';
const KEYCLOAK = 'keycloak/keycloak@0463815bc9 quarkus/container/Dockerfile';
const SONARQUBE = 'SonarSource/docker-sonarqube@03ff23ea93 2025/developer/Dockerfile';
const JENKINS = 'jenkinsci/docker@ab3f5e0a80 debian/Dockerfile';
const PODINFO = 'stefanprodan/podinfo@eec06d1ea4 Dockerfile';
const ARGOCD = 'argoproj/argo-cd@37ee0097cf Dockerfile';
const PHPMYADMIN = 'phpmyadmin/docker@030928a01e apache/Dockerfile';
const ADMINER = 'TimWolla/docker-adminer@0b7ac63344 4/Dockerfile';

export const APPLICATIONS: readonly ImageFamily[] = [
  {
    id: 'wordpress',
    title: 'WordPress',
    grade: 'strong',
    images: ['docker.io/library/wordpress'],
    starts: { as: 'root', source: WORDPRESS },
    user: { uid: 33, gid: 33, source: WORDPRESS },
    writes: [
      {
        path: '/var/www/html',
        what: 'WordPress itself, copied when it starts',
        isData: true,
        source: WORDPRESS,
      },
      { path: '/tmp', what: 'uploads', source: WORDPRESS_DOCS },
      { path: '/run', what: 'pid files and locks', source: WORDPRESS_DOCS },
    ],
    ports: { numbers: [80], source: 'docker-library/wordpress#528' },
    api: { use: 'never', source: WORDPRESS },
    variants: [
      { when: { tag: '*fpm*' }, ports: { numbers: [9000], source: WORDPRESS_DOCS } },
      {
        when: { tag: '*alpine*' },
        user: {
          uid: 82,
          gid: 82,
          source: 'docker-library/wordpress@bf223d1c20 cli/php8.3/alpine/Dockerfile',
        },
      },
      {
        when: { tag: 'cli*' },
        starts: {
          as: 'name',
          name: 'www-data',
          source: 'docker-library/wordpress@bf223d1c20 cli/php8.3/alpine/Dockerfile',
        },
        user: {
          uid: 82,
          gid: 82,
          source: 'docker-library/wordpress@bf223d1c20 cli/php8.3/alpine/Dockerfile',
        },
        ports: { numbers: [], source: WORDPRESS_DOCS },
      },
    ],
  },
  {
    id: 'ghost',
    title: 'Ghost',
    grade: 'medium',
    images: ['docker.io/library/ghost'],
    starts: {
      as: 'root',
      stepsDown: true,
      source: 'docker-library/ghost@20c6047d2f 6/bookworm/docker-entrypoint.sh',
    },
    user: { uid: 1000, gid: 1000, source: GHOST },
    writes: [{ path: '/var/lib/ghost/content', what: 'its content', isData: true, source: GHOST }],
    ports: { numbers: [2368], source: GHOST },
    api: { use: 'never', source: GHOST },
  },
  {
    id: 'nextcloud',
    title: 'Nextcloud',
    grade: 'strong',
    images: ['docker.io/library/nextcloud'],
    starts: { as: 'root', stepsDown: true, source: NEXTCLOUD_ENTRYPOINT },
    user: { uid: 33, gid: 33, source: NEXTCLOUD },
    writes: [
      {
        path: '/var/www/html',
        what: 'Nextcloud itself, copied when it starts',
        isData: true,
        grade: 'medium',
        source: NEXTCLOUD_ENTRYPOINT,
      },
      {
        path: '/usr/local/etc/php/conf.d',
        what: 'its session settings, beside the settings of PHP',
        hasContent: true,
        whenEnv: 'REDIS_HOST',
        source: NEXTCLOUD_ENTRYPOINT,
      },
      {
        path: '/tmp',
        what: 'uploads and lists of an upgrade',
        grade: 'medium',
        source: NEXTCLOUD_ENTRYPOINT,
      },
      {
        path: '/var/run/apache2',
        what: 'the pid file of Apache',
        grade: 'medium',
        source: 'docker-library/php@445bf414f1 8.3/bookworm/apache/Dockerfile',
      },
      {
        path: '/var/lock/apache2',
        what: 'the locks of Apache',
        grade: 'medium',
        source: 'docker-library/php@445bf414f1 8.3/bookworm/apache/Dockerfile',
      },
    ],
    ports: { numbers: [80], source: NEXTCLOUD },
    api: { use: 'never', source: NEXTCLOUD },
    notes: [
      {
        text: 'An upgrade that starts as root changes owners, and fails without the capability CHOWN.',
        source: 'nextcloud/docker#2528',
      },
    ],
    variants: [
      {
        when: { tag: '*fpm*' },
        ports: { numbers: [9000], source: NEXTCLOUD_ENTRYPOINT },
      },
      {
        when: { tag: '*alpine*' },
        user: {
          uid: 82,
          gid: 82,
          source: 'docker-library/php@445bf414f1 8.3/alpine3.23/fpm/Dockerfile',
        },
      },
    ],
  },
  {
    id: 'phpmyadmin',
    title: 'phpMyAdmin',
    grade: 'weak',
    images: ['docker.io/library/phpmyadmin', 'docker.io/phpmyadmin/phpmyadmin'],
    starts: { as: 'root', source: PHPMYADMIN },
    user: { uid: 33, gid: 33, source: PHPMYADMIN },
    writes: [{ path: '/var/www/html/tmp', what: 'temporary files', source: PHPMYADMIN }],
    ports: { numbers: [80], source: PHPMYADMIN },
    api: { use: 'never', source: PHPMYADMIN },
    notes: [
      {
        text: 'APACHE_PORT moves it to a port above 1024.',
        source: 'docker-library/docs@c4a9ba4144 phpmyadmin/content.md',
      },
    ],
  },
  {
    id: 'adminer',
    title: 'Adminer',
    grade: 'weak',
    images: ['docker.io/library/adminer'],
    starts: { as: 'name', name: 'adminer', source: ADMINER },
    ports: { numbers: [8080], source: ADMINER },
    api: { use: 'never', source: ADMINER },
  },
  {
    id: 'keycloak',
    title: 'Keycloak',
    grade: 'strong',
    images: ['quay.io/keycloak/keycloak', 'docker.io/keycloak/keycloak'],
    starts: { as: 'number', source: KEYCLOAK },
    user: { uid: 1000, gid: 0, source: KEYCLOAK },
    writes: [
      {
        path: '/opt/keycloak/data',
        what: 'temporary files of its themes, without which pages answer 500 while the pod is ready',
        isData: true,
        source: 'keycloak/keycloak#37533',
      },
      {
        path: '/opt/keycloak/lib/quarkus',
        what: 'what it builds when it starts without --optimized, beside the files that the image ships there',
        hasContent: true,
        unlessArgument: '--optimized',
        source: 'keycloak/keycloak#10827',
      },
      { path: '/tmp', what: 'temporary files', source: 'keycloak/keycloak#41550' },
    ],
    ports: { numbers: [8080, 8443, 9000], source: KEYCLOAK },
    api: { use: 'never', source: KEYCLOAK },
  },
  {
    id: 'sonarqube',
    title: 'SonarQube',
    grade: 'medium',
    images: ['docker.io/library/sonarqube'],
    starts: { as: 'name', name: 'sonarqube', source: SONARQUBE },
    user: { uid: 1000, gid: 0, source: SONARQUBE },
    writes: [
      { path: '/opt/sonarqube/data', what: 'its data', isData: true, source: SONARQUBE },
      { path: '/opt/sonarqube/extensions', what: 'its plugins', isData: true, source: SONARQUBE },
      { path: '/opt/sonarqube/logs', what: 'its logs', source: SONARQUBE },
      { path: '/opt/sonarqube/temp', what: 'temporary files', source: SONARQUBE },
    ],
    ports: { numbers: [9000], source: SONARQUBE },
    api: { use: 'never', source: SONARQUBE },
    notes: [
      {
        text: 'It needs `vm.max_map_count` on the node, which its chart sets from a privileged init container.',
        source: 'SonarSource/helm-chart-sonarqube@020a2e4708 charts/sonarqube/values.yaml',
      },
    ],
  },
  {
    id: 'jenkins',
    title: 'Jenkins',
    grade: 'strong',
    images: ['docker.io/jenkins/jenkins'],
    starts: { as: 'name', name: 'jenkins', source: JENKINS },
    user: { uid: 1000, gid: 1000, source: JENKINS },
    writes: [
      {
        path: '/var/jenkins_home',
        what: 'its data',
        isData: true,
        grade: 'medium',
        source: JENKINS,
      },
      { path: '/tmp', what: 'temporary files', grade: 'medium', source: 'jenkinsci/helm-charts#507' },
    ],
    ports: { numbers: [8080, 50000], source: JENKINS },
    api: { use: 'sometimes', why: 'with agents in the cluster', grade: 'weak', source: JENKINS },
    notes: [
      {
        text: 'An init container that installs plugins also writes to its plugin cache (CACHE_DIR) and to ref/plugins.',
        source: 'helm/charts#19925',
      },
    ],
  },
  {
    id: 'podinfo',
    title: 'podinfo',
    grade: 'medium',
    images: ['docker.io/stefanprodan/podinfo', 'ghcr.io/stefanprodan/podinfo'],
    starts: { as: 'name', name: 'app', source: PODINFO },
    writes: [
      {
        path: '/data',
        what: 'its cache',
        source: 'stefanprodan/podinfo@eec06d1ea4 charts/podinfo/templates/deployment.yaml',
      },
    ],
    api: { use: 'never', source: PODINFO },
    notes: [{ text: 'Its user has no fixed number, and any number will do.', source: PODINFO }],
  },
  {
    id: 'argocd',
    title: 'Argo CD',
    grade: 'strong',
    images: ['quay.io/argoproj/argocd'],
    starts: { as: 'number', source: ARGOCD },
    user: { uid: 999, gid: 999, source: ARGOCD },
    writes: [
      {
        path: '/tmp',
        what: 'temporary files',
        source: 'argoproj/argo-cd@37ee0097cf manifests/install.yaml',
      },
      {
        path: '/home/argocd',
        what: 'the files of its user',
        source: 'argoproj/argo-cd@37ee0097cf manifests/install.yaml',
      },
    ],
    api: {
      use: 'sometimes',
      why: 'in its server and its controllers, and not in the repo-server and the commit-server',
      source: 'argoproj/argo-cd@37ee0097cf manifests/install.yaml',
    },
    notes: [
      {
        text: 'The repo-server also writes to /app/config/gpg/keys, /helm-working-dir, /var/run/argocd and /home/argocd/cmp-server/plugins.',
        source: 'argoproj/argo-cd@37ee0097cf manifests/install.yaml',
      },
    ],
  },
];
