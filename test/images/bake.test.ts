/** Bake files: which images they build, where that is written out, and silence where it is not. */
import { describe, expect, test } from 'vitest';
import { targetsInHcl } from '../../shared/images/bakeHcl.ts';
import { buildsAmong, withRenamed } from '../../shared/images/builds.ts';

/** Builds as lines: the image, its Dockerfile, and the stage. */
function lines(files: Readonly<Record<string, string>>): readonly string[] {
  return buildsAmong(new Map(Object.entries(files))).map(({ image, dockerfile, target }) =>
    [image, dockerfile, target].filter((part) => part !== undefined).join(' '),
  );
}

const HCL = `variable "TAG" {
  default = "latest"
}
group "default" { targets = ["web", "mail"] }

// The shop.
target "web" {
  context    = "services/web" # where it is
  dockerfile = "Dockerfile.release"
  target     = "run"
  args = {
    VERSION = "1"
  }
  tags = [
    "registry.example.com/shop/web:1",
    "registry.example.com/shop/web:latest",
    "mirror.example.com/web",
  ]
}
/* target "gone" { tags = ["gone"] } */
target "mail" { tags = ["registry.example.com/shop/mail"] }
`;

const JSON_FILE = JSON.stringify({
  target: {
    web: { context: 'services/web', target: 'run', tags: ['registry.example.com/shop/web:1'] },
    mail: { dockerfile: 'mail/Dockerfile', tags: ['registry.example.com/shop/mail'] },
    unknown: { tags: ['registry.example.com/${'.concat('NAME}:1')] },
  },
});

describe('docker-bake.json', () => {
  test('names images and their Dockerfiles', () => {
    expect(lines({ 'docker-bake.json': JSON_FILE })).toEqual([
      'registry.example.com/shop/web services/web/Dockerfile run',
      'registry.example.com/shop/mail mail/Dockerfile',
    ]);
  });

  test.each(['', '[', '{"target": [1]}', '{"target": {"a": 3}}', '{"target": {"a": {"tags": 3}}}'])(
    '%j names none',
    (text) => expect(lines({ 'docker-bake.json': text })).toEqual([]),
  );
});

describe('docker-bake.hcl', () => {
  test('names the images of plain targets', () => {
    expect(lines({ 'docker-bake.hcl': HCL })).toEqual([
      'registry.example.com/shop/web services/web/Dockerfile.release run',
      'registry.example.com/shop/web services/web/Dockerfile.release run',
      'mirror.example.com/web services/web/Dockerfile.release run',
      'registry.example.com/shop/mail Dockerfile',
    ]);
  });

  test.each([
    ['a variable in a tag', 'tags = ["registry.example.com/a:${'.concat('TAG}"]')],
    ['a variable as the context', 'context = DIR\ntags = ["a"]'],
    ['a call', 'dockerfile = lower("A")\ntags = ["a"]'],
    ['a choice', 'target = RELEASE ? "a" : "b"\ntags = ["a"]'],
    ['another target', 'inherits = ["base"]\ntags = ["a"]'],
    ['a matrix', 'name = "a"\nmatrix = { x = ["1"] }\ntags = ["a"]'],
    ['stages from elsewhere', 'contexts = { base = "target:base" }\ntags = ["a"]'],
    ['a Dockerfile in the file', 'dockerfile-inline = "FROM a"\ntags = ["a"]'],
    ['a place outside', 'context = "../other"\ntags = ["a"]'],
    ['a place in another repository', 'context = "https://example.com/a.git"\ntags = ["a"]'],
    ['a field that stands twice', 'tags = ["a"]\ntags = ["b"]'],
    ['escapes', 'tags = ["a\\u0062"]'],
  ])('is silent about a target with %s', (_, body) => {
    expect(lines({ 'docker-bake.hcl': `target "a" {\n${body}\n}\n` })).toEqual([]);
  });

  test.each([
    ['a text of several lines', 'x = <<EOT\ntarget "b" { tags = ["b"] }\nEOT\n'],
    ['quotes within a template', 'x = "${'.concat('f("}")}"\n')],
    ['a block that does not end', 'target "b" {\n'],
    ['a brace too many', '}\n'],
    ['a comment that does not end', '/* \n'],
  ])('is silent altogether where it has %s', (_, text) => {
    expect(targetsInHcl(`target "a" { tags = ["a"] }\n${text}`)).toEqual([]);
  });
});

test('targets of one name in two files say nothing: bake lays them over each other', () => {
  expect(lines({ 'docker-bake.json': JSON_FILE, 'docker-bake.hcl': HCL })).toEqual([]);
});

test('a bake file below the root says nothing: its paths count from where it is run', () => {
  expect(lines({ 'deploy/docker-bake.hcl': HCL })).toEqual([]);
});

test('an override says nothing of its own, and silences what it is laid over', () => {
  expect(lines({ 'docker-bake.hcl': HCL, 'docker-bake.override.hcl': 'target "web" {}' })).toEqual([]);
  expect(lines({ 'docker-bake.hcl': HCL, 'compose.override.yaml': 'services: {a: {build: b}}' })).not.toEqual(
    [],
  );
});

test('a Compose service whose Dockerfile stands in it, or whose stages come from elsewhere, says nothing', () => {
  const service = (extra: string) =>
    `services:\n  a:\n    image: a\n    build:\n      context: .\n      ${extra}\n`;
  expect(lines({ 'compose.yaml': service('dockerfile_inline: FROM a') })).toEqual([]);
  expect(lines({ 'compose.yaml': service('additional_contexts: {base: ../b}') })).toEqual([]);
  expect(lines({ 'compose.yaml': service('target: run') })).toEqual(['docker.io/library/a Dockerfile run']);
});

describe('A new name in a kustomization', () => {
  const builds = buildsAmong(new Map([['docker-bake.hcl', 'target "web" { tags = ["web:dev"] }']]));
  const names = (name: string, newName: string): readonly string[] =>
    withRenamed(builds, [{ name, newName }]).map(({ image }) => image);

  test('is one of the image that is built by the old one', () => {
    expect(names('web', 'registry.example.com/shop/web')).toEqual([
      'docker.io/library/web',
      'registry.example.com/shop/web',
    ]);
  });

  test.each([
    ['of another image', 'mail', 'registry.example.com/shop/mail'],
    ['with another last part', 'web', 'registry.example.com/shop/nginx'],
    ['that is kept', 'web', ''],
    ['that is no name', 'web', 'registry.example.com/shop/Web!'],
  ])('%s makes no other', (_, name, newName) => {
    expect(names(name, newName)).toEqual(['docker.io/library/web']);
  });
});
