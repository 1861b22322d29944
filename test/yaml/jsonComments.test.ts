/** Comments in JSON: what is hidden from the reader of YAML, and what stays YAML. */
import { describe, expect, test } from 'vitest';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { harden } from '../../shared/analysis/fix.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';
import { maskJsonComments } from '../../shared/yaml/jsonComments.ts';
import { parseDocument } from '../../shared/yaml/parse.ts';

describe('masking', () => {
  test('blanks stand for comments, line by line', () => {
    const text = '// a\r\n{ /* b\n c */ "url": "http://x/*", "n": -1.5e3, } // d';
    const found = maskJsonComments(text);
    expect(found?.masked).toBe('    \r\n{     \n      "url": "http://x/*", "n": -1.5e3, }     ');
    expect(found?.comments.map(({ start, end }) => text.slice(start, end))).toEqual([
      '// a',
      '/* b\n c */',
      '// d',
    ]);
  });

  test.each([
    ['YAML', 'a: b // c\n'],
    ['a flow mapping with a plain value', '{ a: b // c\n}'],
    ['a plain value that begins with slashes', '{ "a": x//c\n}'],
    ['a comment of YAML', '{ "a": 1 } # // c'],
    ['JSON with an address', '{ "a": "https://example.com/*" }'],
    ['a comment that nothing ends', '{ "a": 1 } /* c'],
    ['comments alone', '// c\n'],
    ['a path', '/usr/bin // c'],
  ])('%s has none', (_what, text) => {
    expect(maskJsonComments(text)).toBeUndefined();
  });

  test('a string that is being typed hides no comment below it', () => {
    expect(maskJsonComments('{ "a": "htt\n// c\n}')?.masked).toBe('{ "a": "htt\n    \n}');
  });
});

const SHOP = `// Comments everywhere, as generators and people write them.
{
  "apiVersion": "apps/v1", // the group
  "kind": "Deployment",
  "spec": {
    "template": {
      "spec": {
        /* one container
           of many */
        "containers": [
          {
            "name": "web", /* see https://example.com */
            "image": "registry.example.com/web:1.0.0", // "pinned", {really}
          }, // the last
        ]
      }
    }
  }
}
`;

test('a commented manifest is read like the same manifest without its comments', () => {
  const plain = SHOP.replace(/\/\*[^*]*\*\/|\/\/ .*/g, (comment) => comment.replace(/[^\n]/g, ' '));
  expect(parseDocument(SHOP).problems).toEqual([]);
  expect(parseDocument(SHOP).root).toEqual(parseDocument(plain).root);
});

test('hardening a commented manifest leaves nothing to find, and every comment where it was', () => {
  const text = SHOP.replace(/\/\*[^*]*\*\//g, '// one of many');
  const { edits } = harden(analyzeText(text, DEFAULT_SETTINGS), { scope: 'file' });
  const after = applyEdits(text, edits);
  expect(findingsOf(analyzeText(after, DEFAULT_SETTINGS))).toEqual([]);
  expect(after.split('\n').filter((line) => line.includes('//'))).toEqual(
    text.split('\n').filter((line) => line.includes('//')),
  );
});

test('where comments end before their lines, what cannot be written safely is declined', () => {
  const { edits, declined } = harden(analyzeText(SHOP, DEFAULT_SETTINGS), { scope: 'file' });
  const after = applyEdits(SHOP, edits);
  const comments = (text: string) =>
    (maskJsonComments(text)?.comments ?? []).map(({ start, end }) => text.slice(start, end));
  expect(declined.length).toBe(findingsOf(analyzeText(after, DEFAULT_SETTINGS)).length);
  expect(comments(after)).toEqual(comments(SHOP));
});
