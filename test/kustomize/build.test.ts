import { describe, expect, test } from 'vitest';
import { built, type Files } from './fileTree.ts';

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    tier: front
spec:
  template:
    spec:
      containers:
        - name: web
          image: example.com/web:1
          securityContext:
            privileged: true
        - name: log
          image: example.com/log:1
`;

/** A base with the Deployment, and an overlay whose kustomization ends with these lines. */
function overlay(lines: string, more: Files = {}): Files {
  return {
    'base/kustomization.yaml': 'resources: [web.yaml]\n',
    'base/web.yaml': WEB,
    'prod/kustomization.yaml': `resources: [../base]\n${lines}`,
    ...more,
  };
}

function patch(containers: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
${containers.replaceAll(/^/gm, '      ')}
`;
}

/** The containers of what is built. */
function containers(files: Files): string {
  const text = built(files, 'prod');
  const at = text.indexOf('containers:');
  return at < 0 ? text : text.slice(text.indexOf('\n', at) + 1).replaceAll(/^ {8}/gm, '');
}

describe('strategic merge', () => {
  const withPatch = (text: string): string =>
    containers(overlay('patches:\n  - path: patch.yaml\n', { 'prod/patch.yaml': patch(text) }));

  test('a container is found by its name, and comes first', () => {
    expect(withPatch('containers:\n  - name: log\n    tty: true')).toBe(
      `- name: log
  image: example.com/log:1
  tty: true
- name: web
  image: example.com/web:1
  securityContext:
    privileged: true
`,
    );
  });

  test('null takes a field away', () => {
    expect(withPatch('containers:\n  - name: web\n    securityContext:\n      privileged: null')).toContain(
      'image: example.com/web:1\n  securityContext: {}\n',
    );
  });

  test('$patch: replace in a mapping leaves nothing of what was there', () => {
    expect(
      withPatch(
        'containers:\n  - name: web\n    securityContext:\n      $patch: replace\n      runAsUser: 10001',
      ),
    ).toContain('securityContext:\n    runAsUser: 10001\n-');
  });

  test('$patch: delete takes a container out of the list', () => {
    expect(withPatch('containers:\n  - name: web\n    $patch: delete')).toBe(
      '- name: log\n  image: example.com/log:1\n',
    );
  });

  test('$patch: replace as an item replaces the list', () => {
    expect(withPatch('containers:\n  - $patch: replace\n  - name: only\n    image: example.com/only:1')).toBe(
      '- name: only\n  image: example.com/only:1\n',
    );
  });

  test('$patch: delete takes the object away', () => {
    const files = overlay(
      `patches:\n  - patch: |-\n      $patch: delete\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: web}\n`,
    );
    expect(built(files, 'prod')).toBe('');
  });

  test('a patch for nothing is refused', () => {
    const files = overlay('patches:\n  - path: patch.yaml\n', {
      'prod/patch.yaml': patch('hostNetwork: true').replace('name: web', 'name: other'),
    });
    expect(built(files, 'prod')).toBe(
      'refused: Nothing is called Deployment other in default, which a patch is for.',
    );
  });

  test('lists of kinds without a known schema are replaced', () => {
    const files = overlay('patches:\n  - path: patch.yaml\n', {
      'base/web.yaml': WEB.replace('apps/v1', 'example.com/v1'),
      'prod/patch.yaml': patch('containers:\n  - name: log').replace('apps/v1', 'example.com/v1'),
    });
    expect(containers(files)).toBe('- name: log\n');
  });
});

describe('targets', () => {
  const reached = (target: string): boolean =>
    built(
      overlay(`patches:\n  - path: patch.yaml\n    target: ${target}\n`, {
        'prod/patch.yaml': patch('hostNetwork: true').replace('name: web', 'name: any'),
      }),
      'prod',
    ).includes('hostNetwork: true');

  test.each([
    ['{kind: Deployment}', true],
    ['{kind: Deploy}', false],
    ['{kind: Deploy.*}', true],
    ['{name: w|x}', false],
    ['{name: web|x}', true],
    ['{group: apps, version: v1}', true],
    ['{group: batch}', false],
    ['{namespace: default}', true],
    ['{namespace: shop}', false],
    ['{labelSelector: tier=front}', true],
    ['{labelSelector: tier!=front}', false],
    ["{labelSelector: 'tier in (back, front)'}", true],
    ["{labelSelector: 'tier notin (back, front)'}", false],
    ["{labelSelector: '!tier'}", false],
    ["{labelSelector: 'tier,!zone'}", true],
    ['{annotationSelector: owner=me}', false],
  ])('%s', (target, isReached) => {
    expect(reached(target)).toBe(isReached);
  });
});

describe('JSON patches', () => {
  const withOperations = (operations: string): string =>
    containers(
      overlay(`patches:\n  - path: patch.yaml\n    target: {kind: Deployment}\n`, {
        'prod/patch.yaml': operations,
      }),
    );
  const CONTAINERS = '/spec/template/spec/containers';

  test('add, replace and remove', () => {
    expect(
      withOperations(`- {op: add, path: ${CONTAINERS}/1/tty, value: true}
- {op: replace, path: ${CONTAINERS}/0/securityContext/privileged, value: false}
- {op: remove, path: ${CONTAINERS}/0/image}
`),
    ).toBe(`- name: web
  securityContext:
    privileged: false
- name: log
  image: example.com/log:1
  tty: true
`);
  });

  test('add puts an item before another, or behind all', () => {
    expect(
      withOperations(
        `- {op: add, path: ${CONTAINERS}/0, value: {name: a}}\n- {op: add, path: ${CONTAINERS}/-, value: {name: z}}\n`,
      ).match(/name: \w+/g),
    ).toEqual(['name: a', 'name: web', 'name: log', 'name: z']);
  });

  test('a test that fails, and a path that leads nowhere, build nothing', () => {
    expect(withOperations(`- {op: test, path: ${CONTAINERS}/0/name, value: other}\n`)).toMatch(/^refused/);
    expect(withOperations(`- {op: add, path: ${CONTAINERS}/0/a/b, value: 1}\n`)).toMatch(/^refused/);
    expect(withOperations(`- {op: remove, path: ${CONTAINERS}/7}\n`)).toMatch(/^refused/);
  });

  test('steps of a path are unescaped', () => {
    const files = overlay(
      `patchesJson6902:\n  - target: {kind: Deployment, name: web}\n    patch: |-\n      - {op: add, path: /metadata/labels/a~1b, value: c}\n`,
    );
    expect(built(files, 'prod')).toContain('    a/b: c\n');
  });
});

describe('what a kustomization sets', () => {
  test('a namespace, a prefix, and the names that follow it', () => {
    const files: Files = {
      'prod/kustomization.yaml': 'resources: [all.yaml]\nnamespace: shop\nnamePrefix: my-\n',
      'prod/all.yaml': `apiVersion: v1
kind: ServiceAccount
metadata:
  name: runner
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccountName: runner
`,
    };
    expect(built(files, 'prod')).toBe(`apiVersion: v1
kind: ServiceAccount
metadata:
  name: my-runner
  namespace: shop
---
apiVersion: v1
kind: Pod
metadata:
  name: my-web
  namespace: shop
spec:
  serviceAccountName: my-runner
`);
  });

  test('a binding of the whole cluster follows its account into a namespace', () => {
    const files: Files = {
      'prod/kustomization.yaml': 'resources: [all.yaml]\nnamespace: default\n',
      'prod/all.yaml': `apiVersion: v1
kind: ServiceAccount
metadata:
  name: runner
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: runner
subjects:
  - kind: ServiceAccount
    name: runner
`,
    };
    expect(built(files, 'prod')).toContain('    name: runner\n    namespace: default\n');
  });

  test('a patch finds an object by the name that it had', () => {
    const files = overlay('patches:\n  - path: patch.yaml\n', {
      'base/kustomization.yaml': 'resources: [web.yaml]\nnamePrefix: my-\n',
      'prod/patch.yaml': patch('hostNetwork: true'),
    });
    expect(built(files, 'prod')).toContain('name: my-web\n');
    expect(built(files, 'prod')).toContain('hostNetwork: true\n');
  });

  test('images', () => {
    expect(containers(overlay('images:\n  - name: example.com/log\n    newTag: "2"\n'))).toContain(
      'image: example.com/log:2\n',
    );
  });

  test('components patch what includes them', () => {
    const files = overlay('components: [../part]\n', {
      'part/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n  - path: patch.yaml\n',
      'part/patch.yaml': patch('hostNetwork: true'),
    });
    expect(built(files, 'prod')).toContain('hostNetwork: true\n');
  });
});

describe('replacements', () => {
  const config =
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config\ndata:\n  user: "10001"\n  tag: a-2-b\n';
  const replaced = (source: string, target: string, more: Files = {}): string =>
    containers(
      overlay(
        `replacements:\n  - source: {kind: ConfigMap, name: config, ${source}}\n    targets:\n      - select: {kind: Deployment}\n${target.replaceAll(/^(?=.)/gm, '        ')}`,
        {
          'base/kustomization.yaml': 'resources: [web.yaml, config.yaml]\n',
          'base/config.yaml': config,
          ...more,
        },
      ),
    );

  test('write a value where it says, and nothing else', () => {
    const text = replaced(
      'fieldPath: data.tag, options: {delimiter: "-", index: 1}',
      'fieldPaths: ["spec.template.spec.containers.[name=log].image"]\noptions: {delimiter: ":", index: 1}\n',
    );
    expect(text).toContain('image: example.com/log:2\n');
    expect(text).toContain('image: example.com/web:1\n');
  });

  test('make a field that is not there, where they may', () => {
    const path = 'fieldPaths: [spec.template.spec.containers.*.securityContext.runAsUser]\n';
    expect(replaced('fieldPath: data.user', `${path}options: {create: true}\n`)).toContain(
      'runAsUser: 10001\n',
    );
    expect(replaced('fieldPath: data.user', path)).not.toContain('runAsUser');
  });

  test('of what is not known make nothing else unknown', () => {
    const files = overlay(
      `configMapGenerator: [{name: made, literals: [user=10001]}]
replacements:
  - source: {kind: ConfigMap, name: made, fieldPath: data.user}
    targets:
      - select: {kind: Deployment}
        fieldPaths: [spec.template.spec.containers.0.image]
`,
    );
    expect(containers(files)).toBe(
      `- name: web
  image: $(UNKNOWN)
  securityContext:
    privileged: true
- name: log
  image: example.com/log:1
`,
    );
  });

  test('may stand in a file of their own', () => {
    const files = overlay('replacements: [{path: tag.yaml}]\n', {
      'prod/tag.yaml': `- sourceValue: example.com/web:3
  targets:
    - select: {kind: Deployment, name: web}
      reject: [{kind: Pod}]
      fieldPaths: [spec.template.spec.containers.0.image]
`,
    });
    expect(containers(files)).toContain('image: example.com/web:3\n');
  });
});

describe('transformers', () => {
  test('in a folder are built, and followed where kustomize brings them', () => {
    const files = overlay('transformers: [../own]\n', {
      'own/kustomization.yaml': 'resources: [all.yaml]\n',
      'own/all.yaml': `apiVersion: builtin
kind: PrefixTransformer
metadata: {name: prefix}
prefix: my-
fieldSpecs: [{path: metadata/name}]
---
apiVersion: builtin
kind: PatchTransformer
metadata: {name: patch}
patch: '[{op: add, path: /spec/template/spec/hostNetwork, value: true}]'
target: {kind: Deployment}
`,
    });
    expect(built(files, 'prod')).toContain('name: my-web\n');
    expect(built(files, 'prod')).toContain('hostNetwork: true\n');
  });
});

describe('a schema of its own', () => {
  const pod = {
    properties: {
      containers: {
        items: { type: 'object' },
        'x-kubernetes-patch-strategy': 'merge',
        'x-kubernetes-patch-merge-key': 'name',
      },
    },
  };
  const gvk = { group: 'example.com', version: 'v1', kind: 'Service' };
  const schema = JSON.stringify({
    definitions: {
      Pod: pod,
      Service: {
        properties: { spec: { $ref: '#/definitions/Pod' } },
        'x-kubernetes-group-version-kind': [gvk],
      },
    },
  });
  const service = (rest: string): string =>
    `apiVersion: example.com/v1\nkind: Service\nmetadata:\n  name: web\nspec:\n${rest}`;

  test('decides how lists are merged, in place of the one that kustomize carries', () => {
    const files: Files = {
      'prod/kustomization.yaml':
        'resources: [service.yaml, web.yaml]\nopenapi: {path: schema.json}\npatches: [{path: a.yaml}, {path: b.yaml}]\n',
      'prod/schema.json': schema,
      'prod/service.yaml': service('  containers:\n    - name: web\n      image: example.com/web:1\n'),
      'prod/web.yaml': WEB,
      'prod/a.yaml': service('  containers:\n    - name: web\n      tty: true\n'),
      'prod/b.yaml': patch('containers:\n  - name: log\n    tty: true'),
    };
    const text = built(files, 'prod');
    expect(text).toContain('    - name: web\n      image: example.com/web:1\n      tty: true\n');
    expect(text).not.toContain('privileged');
  });
});

describe('what is generated', () => {
  test('is there for patches that name it', () => {
    const files = overlay(
      'configMapGenerator: [{name: made}]\npatches:\n  - path: patch.yaml\n  - path: web.yaml\n',
      {
        'prod/patch.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made}\ndata: {a: b}\n',
        'prod/web.yaml': patch('hostNetwork: true'),
      },
    );
    expect(built(files, 'prod')).toContain('hostNetwork: true\n');
  });
});

describe('what cannot be followed', () => {
  test('a resource that is no valid YAML is unknown, and the others are built', () => {
    const files = overlay('', {
      'base/kustomization.yaml': 'resources: [web.yaml, broken.yaml]\n',
      'base/broken.yaml': `kind: Secret\nmetadata: {name: s}\ndata: 'a\nb: c\n`,
    });
    expect(built(files, 'prod')).toContain('name: log\n');
  });

  test('a patch that is no valid YAML leaves unknown what it could reach', () => {
    const files = overlay('patches:\n  - path: patch.yaml\n    target: {name: other}\n', {
      'prod/patch.yaml': 'kind: [Deployment\n',
    });
    expect(built(files, 'prod')).toContain('name: log\n');
    expect(built({ ...files, ...overlay('patches: [{path: patch.yaml}]\n') }, 'prod')).toBe('');
  });

  test('a transformer leaves its objects unknown', () => {
    const files = overlay('transformers: [own.yaml]\n', {
      'prod/own.yaml': 'apiVersion: example.com/v1\nkind: Hardener\nmetadata: {name: x}\n',
    });
    expect(built(files, 'prod')).toBe('');
  });

  test('a patch for what comes from elsewhere is left alone', () => {
    const files: Files = {
      'prod/kustomization.yaml':
        'resources: [https://example.com/base?ref=v1]\npatches:\n  - path: patch.yaml\n',
      'prod/patch.yaml': patch('hostNetwork: true'),
    };
    expect(built(files, 'prod')).toBe('');
  });

  test('a kustomization that includes itself is refused', () => {
    expect(built({ 'prod/kustomization.yaml': 'resources: [../prod]\n' }, 'prod')).toBe(
      'refused: /w/prod includes itself.',
    );
  });
});
