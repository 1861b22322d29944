/** Messages of the editor: words from elsewhere make no links in them. */
import { expect, test } from 'vitest';
import { plain } from '../../client/plain.ts';

/** What VS Code takes for a link in a message (its `parseLinkedText`). */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

test.each([
  '[x](command:workbench.action.quit)',
  'Helm cannot render it: [Fix it](command:evil "now")',
  '[[a](https://example.com)](command:evil)',
  '[a]((command:evil)',
])('%s', (words) => {
  expect(plain(words)).not.toMatch(LINK);
});

test('other words stay, and long ones are cut', () => {
  const words = 'The file is left out by examples/** (a glob).';
  expect(plain(words)).toBe(words);
  expect(plain('x'.repeat(10_000))).toHaveLength(500);
});
