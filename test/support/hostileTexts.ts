/** Hostile texts: what, written into a manifest at any place, has a chance to change how all the rest is read. */
export const HOSTILE_TEXTS: readonly string[] = [
  ...['"', "'", ':', ': ', '#', ' #', '-', '- ', '?', '? ', '|', '>', '|-', '>+', '|2', '&a ', '*a', '!t '],
  ...['%', '@', '`', ',', '{', '}', '[', ']', '[]', '{a: b}', '[a, b]', '"a":b', '"x" y', 'a: b: c', '::'],
  ...['-:', ':-', '\\', '\\n', '\\x41', '\n', '\n\n', '\n  ', ' \n', '\n\t', '\t', '\r', '\r\n', ' ', '  '],
  ...['\n---\n', '\n...\n', '---', '...', '--- ', '\ufeff', '\u2028', '\u0085', '\0', '\ud800', '😀', 'é'],
  ...[
    '<<',
    '<x>',
    '$(A)',
    `\${B}`,
    '{{',
    '{{ if .A }}',
    '~',
    '1',
    'key: value',
    '\nkind: Pod\n',
    '\nitems:\n- ',
  ],
];
