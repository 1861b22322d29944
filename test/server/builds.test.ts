/** Builds in an editor: what a Dockerfile of the workspace says of the image that a manifest uses. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { HARDENED_POD } from './manifests.ts';
import { rangeOf, startInProcess, type TestClient } from './testClient.ts';

const folder = 'file:///work%20space';
const manifest = `${folder}/deploy/web.yaml`;
const compose = `${folder}/compose.yaml`;
const dockerfile = `${folder}/web/Dockerfile`;

const COMPOSE = 'services:\n  web:\n    image: registry.example.com/web\n    build: web\n';

/** The user is left to the image. */
const POD = HARDENED_POD.replace('    runAsUser: 10001\n', '');

async function clientOf(files: Map<string, string>): Promise<TestClient> {
  const client = await startInProcess({ folders: [folder], files });
  onTestFinished(() => client.stop());
  await client.logged.nextWhere((line) => line.startsWith('Read the workspace'));
  client.open(manifest, POD);
  return client;
}

async function aboutUser(client: TestClient): Promise<readonly string[]> {
  return (await client.diagnostics(manifest)).flatMap(({ code, message }) =>
    code === 'root-user/unpinned' ? [String(message)] : [],
  );
}

const NOT_KNOWN: unknown = expect.not.stringContaining('its image names its user');

describe('a Dockerfile of the workspace', () => {
  test('that names its user leaves the kubelet without a number, until it has one', async () => {
    const files = new Map([
      [compose, COMPOSE],
      [dockerfile, 'FROM alpine:3\nUSER app\n'],
    ]);
    const client = await clientOf(files);
    expect(await aboutUser(client)).toEqual([
      expect.stringContaining('its image names its user "app", which the kubelet cannot tell from root'),
    ]);

    files.set(dockerfile, 'FROM alpine:3\nUSER 1234\n');
    client.filesChanged(dockerfile);
    await client.refreshes.next();
    expect(await aboutUser(client)).toEqual([NOT_KNOWN]);

    files.set(dockerfile, 'FROM alpine:3\nUSER web\n');
    client.filesChanged(dockerfile);
    await client.refreshes.next();
    expect(await aboutUser(client)).toEqual([expect.stringContaining('its image names its user "web"')]);

    files.delete(compose);
    client.filesChanged(compose);
    await client.refreshes.next();
    expect(await aboutUser(client)).toEqual([NOT_KNOWN]);
  });

  test('is what a hover over the image shows', async () => {
    const files = new Map([
      [compose, COMPOSE],
      [dockerfile, 'FROM alpine:3\nEXPOSE 8080\nUSER app\n'],
    ]);
    const client = await clientOf(files);
    const place = rangeOf(POD, 'registry.example.com/web').start;
    const before = JSON.stringify(await client.hover(manifest, place));
    expect(before).toContain('**The image of web/Dockerfile**');
    expect(before).toContain('Starts as the user `app`');
    expect(before).toContain('Listens on 8080');

    files.set(dockerfile, 'FROM alpine:3\nUSER 1234:5678\n');
    client.filesChanged(dockerfile);
    await client.refreshes.next();
    expect(JSON.stringify(await client.hover(manifest, place))).toContain('Its files and its own user: 1234');
  });

  test('counts once a compose file names its image', async () => {
    const files = new Map([[dockerfile, 'FROM alpine:3\nUSER app\n']]);
    const client = await clientOf(files);
    expect(await aboutUser(client)).toEqual([NOT_KNOWN]);
    files.set(compose, COMPOSE);
    client.filesChanged(compose);
    await client.refreshes.next();
    expect(await aboutUser(client)).toEqual([expect.stringContaining('"app"')]);
  });

  test('says nothing where a file laid over the compose file speaks of builds too', async () => {
    const client = await clientOf(
      new Map([
        [compose, COMPOSE],
        [`${folder}/compose.override.yaml`, 'services:\n  web:\n    build: other\n'],
        [dockerfile, 'FROM alpine:3\nUSER app\n'],
      ]),
    );
    expect(await aboutUser(client)).toEqual([NOT_KNOWN]);
  });

  test('says nothing in another workspace folder', async () => {
    const other = 'file:///other';
    const files = new Map([
      [compose, COMPOSE],
      [dockerfile, 'FROM alpine:3\nUSER app\n'],
    ]);
    const client = await startInProcess({ folders: [folder, other], files });
    onTestFinished(() => client.stop());
    await client.logged.nextWhere((line) => line.startsWith('Read the workspace'));
    client.open(`${other}/web.yaml`, POD);
    const found = await client.diagnostics(`${other}/web.yaml`);
    expect(found.map(({ message }) => message).join('\n')).toEqual(NOT_KNOWN);
  });

  test('is watched', async () => {
    const client = await clientOf(new Map());
    expect(JSON.stringify(client.registrations)).toContain('Dockerfile');
  });

  test('is that of the image that a bake file tags', async () => {
    const bake = `${folder}/docker-bake.hcl`;
    const target = (tag: string): string => `target "web" {\n  context = "web"\n  tags = ["${tag}"]\n}\n`;
    const files = new Map([
      [bake, target('registry.example.com/web:1')],
      [dockerfile, 'FROM alpine:3\nUSER app\n'],
    ]);
    const client = await clientOf(files);
    expect(await aboutUser(client)).toEqual([expect.stringContaining('"app"')]);
    files.set(bake, target('registry.example.com/other:1'));
    client.filesChanged(bake);
    await client.refreshes.next();
    expect(await aboutUser(client)).toEqual([NOT_KNOWN]);
  });

  test('is that of the name that a kustomization gives the image', async () => {
    const kustomization = `${folder}/deploy/prod/kustomization.yaml`;
    const files = new Map([
      [compose, COMPOSE.replace('registry.example.com/web', 'web')],
      [dockerfile, 'FROM alpine:3\nUSER app\n'],
    ]);
    const client = await clientOf(files);
    expect(await aboutUser(client)).toEqual([NOT_KNOWN]);
    files.set(
      kustomization,
      'images:\n  - name: web\n    newName: registry.example.com/web\n    newTag: 1.0.0\n',
    );
    client.filesChanged(kustomization);
    await client.refreshes.next();
    expect(await aboutUser(client)).toEqual([expect.stringContaining('"app"')]);
  });

  test('is that of the image that the values of a chart name', async () => {
    const chart = `${folder}/chart`;
    const template = `${chart}/templates/web.yaml`;
    const text = POD.replace(
      'registry.example.com/web:1.0.0',
      '"{{ .Values.image.repository }}:{{ .Values.image.tag }}"',
    );
    const files = new Map([
      [compose, COMPOSE],
      [dockerfile, 'FROM alpine:3\nUSER app\n'],
      [`${chart}/Chart.yaml`, 'apiVersion: v2\nname: web\nversion: 1.0.0\n'],
      [`${chart}/values.yaml`, 'image:\n  repository: registry.example.com/web\n  tag: "1"\n'],
      [template, text],
    ]);
    const client = await clientOf(files);
    client.open(template, text, 1, 'helm');
    const found = await client.diagnostics(template);
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining('its image names its user "app"'),
    ]);
  });
});
