/** Languages and bases, in which a program of its users runs. */
import type { ImageFamily } from '../family.ts';

const NODE = 'nodejs/docker-node@07bd7414c9 22/bookworm/Dockerfile';
const PYTHON = 'docker-library/python@01ba658cff 3.12/slim-bookworm/Dockerfile';
const GOLANG = 'docker-library/golang@01abd89f7f 1.22/bookworm/Dockerfile';
const RUBY = 'docker-library/ruby@0127a2ff1b 3.3/slim-bookworm/Dockerfile';
const TEMURIN = 'docker-library/docs@c4a9ba4144 eclipse-temurin/content.md';
const TOMCAT = 'docker-library/tomcat@065b183fdf 10.1/jdk17/temurin-jammy/Dockerfile';
const PHP_FPM = 'docker-library/php@445bf414f1 8.3/bookworm/fpm/Dockerfile';
const PHP_FPM_ALPINE = 'docker-library/php@445bf414f1 8.3/alpine3.23/fpm/Dockerfile';
const PHP_APACHE = 'docker-library/php@445bf414f1 8.3/bookworm/apache/Dockerfile';
const DISTROLESS = 'GoogleContainerTools/distroless@cd080764af common/variables.bzl';

const ITS_PROGRAM = 'the program in it decides';

export const BASES: readonly ImageFamily[] = [
  {
    id: 'node',
    isBase: true,
    title: 'Node.js',
    grade: 'strong',
    images: ['docker.io/library/node'],
    starts: { as: 'root', source: NODE },
    user: { uid: 1000, gid: 1000, source: NODE },
    api: { use: 'sometimes', why: ITS_PROGRAM, grade: 'weak', source: NODE },
    notes: [
      {
        text: 'Its documentation has programs write below /home/node/app.',
        source: 'nodejs/docker-node@00f4831009 docs/BestPractices.md',
      },
    ],
  },
  {
    id: 'python',
    isBase: true,
    title: 'Python',
    grade: 'medium',
    images: ['docker.io/library/python'],
    starts: { as: 'root', source: PYTHON },
    notes: [{ text: 'Nothing in the image needs root, and it has no user of its own.', source: PYTHON }],
  },
  {
    id: 'golang',
    isBase: true,
    title: 'Go',
    grade: 'medium',
    images: ['docker.io/library/golang'],
    starts: { as: 'root', source: GOLANG },
    notes: [
      {
        text: 'Everyone may write to /go; a build also writes its cache to the home directory.',
        source: 'docker-library/docs@c4a9ba4144 golang/content.md',
      },
    ],
  },
  {
    id: 'ruby',
    isBase: true,
    title: 'Ruby',
    grade: 'medium',
    images: ['docker.io/library/ruby'],
    starts: { as: 'root', source: RUBY },
    notes: [
      { text: 'Nothing in the image needs root; `gem install` writes to /usr/local/bundle.', source: RUBY },
    ],
  },
  {
    id: 'temurin',
    isBase: true,
    title: 'Eclipse Temurin',
    grade: 'medium',
    images: ['docker.io/library/eclipse-temurin'],
    starts: { as: 'root', source: 'adoptium/containers@0327d46f70 21/jre/ubuntu/jammy/Dockerfile' },
    writes: [{ path: '/tmp', what: 'temporary files of the JVM, and a truststore', source: TEMURIN }],
    notes: [{ text: 'Any user runs it.', source: TEMURIN }],
  },
  {
    id: 'tomcat',
    isBase: true,
    title: 'Tomcat',
    grade: 'medium',
    images: ['docker.io/library/tomcat'],
    starts: { as: 'root', source: TOMCAT },
    writes: [
      { path: '/usr/local/tomcat/logs', what: 'its logs', source: TOMCAT },
      { path: '/usr/local/tomcat/temp', what: 'temporary files', source: TOMCAT },
      { path: '/usr/local/tomcat/work', what: 'compiled pages', source: TOMCAT },
    ],
    ports: { numbers: [8080], source: TOMCAT },
    api: { use: 'never', source: TOMCAT },
    notes: [{ text: 'Any user runs it; an archive in webapps is unpacked beside it.', source: TOMCAT }],
  },
  {
    id: 'php-fpm',
    isBase: true,
    title: 'PHP-FPM',
    grade: 'strong',
    images: ['docker.io/library/php:*fpm*'],
    starts: { as: 'root', source: PHP_FPM },
    user: { uid: 33, gid: 33, source: PHP_FPM },
    ports: { numbers: [9000], source: PHP_FPM },
    api: { use: 'never', source: PHP_FPM },
    notes: [
      {
        text: 'A pid file, where one is configured, goes to /usr/local/var/run.',
        source: 'docker-library/php#1145',
      },
    ],
    variants: [{ when: { tag: '*alpine*' }, user: { uid: 82, gid: 82, source: PHP_FPM_ALPINE } }],
  },
  {
    id: 'php-apache',
    isBase: true,
    title: 'PHP with Apache',
    grade: 'medium',
    images: ['docker.io/library/php:*apache*'],
    starts: { as: 'root', source: PHP_APACHE },
    user: { uid: 33, gid: 33, source: PHP_APACHE },
    writes: [
      { path: '/var/run/apache2', what: 'its pid file', source: PHP_APACHE },
      { path: '/var/lock/apache2', what: 'its locks', source: PHP_APACHE },
      { path: '/tmp', what: 'uploads and sessions', source: PHP_APACHE },
    ],
    ports: { numbers: [80], source: PHP_APACHE },
    api: { use: 'never', source: PHP_APACHE },
  },
  {
    id: 'distribution',
    isBase: true,
    title: 'a distribution',
    grade: 'medium',
    images: [
      'docker.io/library/busybox',
      'docker.io/library/alpine',
      'docker.io/library/debian',
      'docker.io/library/ubuntu',
    ],
    starts: { as: 'root', source: 'docker-library/postgres@6edb0a8c4d 17/trixie/Dockerfile' },
    notes: [
      {
        text: 'The command decides what it needs; any user runs one that needs no root.',
        source: 'docker-library/postgres@6edb0a8c4d 17/trixie/Dockerfile',
      },
    ],
  },
  {
    id: 'distroless',
    isBase: true,
    title: 'distroless',
    grade: 'strong',
    images: ['gcr.io/distroless/*'],
    starts: { as: 'root', source: DISTROLESS },
    user: { uid: 65532, gid: 65532, source: DISTROLESS },
  },
  {
    id: 'distroless-nonroot',
    isBase: true,
    title: 'distroless for users other than root',
    grade: 'strong',
    images: ['gcr.io/distroless/*:*nonroot*'],
    starts: { as: 'number', source: 'prometheus/prometheus@1105c825cf Dockerfile.distroless' },
    user: { uid: 65532, gid: 65532, source: DISTROLESS },
  },
  {
    id: 'curl',
    title: 'curl',
    grade: 'strong',
    images: ['docker.io/curlimages/curl', 'quay.io/curl/curl'],
    starts: {
      as: 'name',
      name: 'curl_user',
      source: 'curl/curl-container@0d23917703 create_appliance_image.sh',
    },
    api: { use: 'sometimes', why: 'its arguments decide', grade: 'weak', source: 'curl/curl-docker#62' },
    notes: [
      {
        text: 'Its user has no fixed number, and any number will do.',
        source: 'curl/curl-container#117',
      },
    ],
  },
  {
    id: 'docker-dind',
    title: 'Docker in Docker',
    grade: 'strong',
    images: ['docker.io/library/docker:dind', 'docker.io/library/docker:*-dind*'],
    starts: { as: 'root', source: 'docker-library/docs@c4a9ba4144 docker/content.md' },
    needsRoot: {
      when: 'always',
      why: 'a Docker daemon in a container has to be privileged',
      source: 'docker-library/docs@c4a9ba4144 docker/content.md',
    },
    writableRoot: {
      why: 'a Docker daemon in a container writes all over it',
      source: 'docker-library/docs@c4a9ba4144 docker/content.md',
    },
    writes: [
      {
        path: '/var/lib/docker',
        what: 'images and containers',
        isData: true,
        source: 'docker-library/docs@c4a9ba4144 docker/content.md',
      },
    ],
    api: { use: 'never', source: 'docker-library/docs@c4a9ba4144 docker/content.md' },
  },
  {
    id: 'docker-dind-rootless',
    title: 'Docker in Docker without root',
    grade: 'weak',
    images: ['docker.io/library/docker:dind-rootless*', 'docker.io/library/docker:*-dind-rootless*'],
    starts: { as: 'name', name: 'rootless', source: 'docker-library/docs@c4a9ba4144 docker/content.md' },
    api: { use: 'never', source: 'docker-library/docs@c4a9ba4144 docker/content.md' },
  },
];
