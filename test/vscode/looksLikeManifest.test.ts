/** When the extension takes a text for a manifest, and so starts the server. */
import { describe, expect, it } from 'vitest';
import { looksLikeManifest } from '../../client/looksLikeManifest.ts';

describe('a text that looks like a manifest', () => {
  it.each([
    ['block YAML', 'apiVersion: v1\nkind: Pod\n'],
    ['keys in any order, far apart', `kind: Pod\n${'# filler\n'.repeat(1000)}apiVersion: v1\n`],
    ['Windows line ends', 'apiVersion: v1\r\nkind: Pod\r\n'],
    ['a List whose items hold the keys', 'items:\n- apiVersion: v1\n  kind: Pod\n'],
    ['flow YAML on one line', '{apiVersion: v1, kind: Pod}'],
    ['KYAML', '---\n{\n  apiVersion: "v1",\n  kind: "Pod",\n}\n'],
    ['JSON', '{ "apiVersion": "v1", "kind": "Pod" }'],
    ['JSON without spaces', '{"apiVersion":"v1","kind":"Pod"}'],
    ['quoted keys', `'apiVersion': v1\n"kind": Pod\n`],
    ['a template', '{{- if .Values.web }}\napiVersion: {{ $version }}\nkind: Deployment\n{{- end }}\n'],
    ['a second document', 'title: notes\n---\napiVersion: v1\nkind: Pod\n'],
    ['values still to come', 'apiVersion:\nkind:'],
  ])('%s', (_, text) => expect(looksLikeManifest(text)).toBe(true));
});

describe('a text that does not', () => {
  it.each([
    ['nothing', ''],
    ['a Compose file', 'services:\n  web:\n    image: nginx\n'],
    ['a kind alone', 'kind: Pod\n'],
    ['an apiVersion alone', 'apiVersion: v1\n'],
    ['longer keys', 'myapiVersion: v1\nmankind: humans\n'],
    ['keys in another case', 'apiversion: v1\nKind: Pod\n'],
    ['words without a colon', 'apiVersion and kind are missing\n'],
    ['a package.json', '{ "name": "x", "version": "1.0.0" }'],
  ])('%s', (_, text) => expect(looksLikeManifest(text)).toBe(false));
});
