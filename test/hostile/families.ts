/** Hostile texts: one family per way to make a reader slow, deep or wrong, each for any length. */

/** About `length` UTF-16 code units of one kind of trouble. */
export type Family = (length: number) => string;

/** A pod that misses every practice, to which a family may add at its container's indentation. */
export const POD = `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: a
    image: b
`;

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: Math.max(0, Math.floor(count)) }, (_, index) => line(index)).join('');

/** A repeatable stream of numbers below 256 (a linear congruential generator). */
function bytes(length: number): number[] {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return (state >> 8) & 255;
  });
}

export const FAMILIES: Readonly<Record<string, Family>> = {
  'brackets that open': (n) => `${POD}    x: ${'['.repeat(n)}`,
  'braces that open': (n) => `${POD}    x: ${'{a: '.repeat(n / 4)}`,
  'brackets that close': (n) => `${POD}    x: ${']'.repeat(n)}`,
  'brackets in pairs': (n) => `${POD}    x: [${'[],'.repeat(n / 3)}]\n`,
  'block mappings in each other': (n) => POD + many(Math.sqrt(n), (i) => `${' '.repeat(i + 4)}a:\n`),
  'dashes behind dashes': (n) => `${POD}    x:\n    ${'- '.repeat(n / 2)}`,
  'question marks': (n) => POD + '? '.repeat(n / 2),
  colons: (n) => `${POD}    ${': '.repeat(n / 2)}`,
  commas: (n) => `${POD}    x: [${','.repeat(n)}]\n`,
  'a key without an end': (n) => `${POD}    ${'k'.repeat(n)}: 1\n`,
  'a value without an end': (n) => `${POD}    x: ${'v'.repeat(n)}\n`,
  'a plain value over many lines': (n) => `${POD}    x: ${'v\n      '.repeat(n / 8)}\n`,
  'a block scalar': (n) => `${POD}    x: |\n${'      line\n'.repeat(n / 11)}`,
  'double quotes': (n) => `${POD}    x: ${'"'.repeat(n)}`,
  'single quotes': (n) => `${POD}    x: ${"'".repeat(n)}`,
  'backslashes in quotes': (n) => `${POD}    x: "${'\\'.repeat(n)}`,
  spaces: (n) => POD + ' '.repeat(n),
  tabs: (n) => POD + '\t\n'.repeat(n / 2),
  'tabs before keys': (n) => POD + '\tx: y\n'.repeat(n / 6),
  'empty lines': (n) => POD + '\n'.repeat(n),
  'carriage returns': (n) => POD + '\r'.repeat(n),
  'line separators': (n) => `${POD}    x: "${'\u2028\u0085'.repeat(n / 2)}"\n`,
  'lines that are no YAML': (n) => POD + '   bad\n'.repeat(n / 7),
  comments: (n) => POD + '# c\n'.repeat(n / 4),
  hashes: (n) => `${POD}    x: y ${'#'.repeat(n)}\n`,
  suppressions: (n) => POD + '    # podproof-ignore root-user: x\n    tty: true\n'.repeat(n / 50),
  'suppressions for the file, and documents': (n) =>
    '# podproof-ignore-file capabilities/added: x\n'.repeat(Math.ceil(n / 80)) +
    `---\n${POD}`.repeat(Math.ceil(n / 2 / (POD.length + 4))),
  'ids in a suppression': (n) =>
    `${POD}    # podproof-ignore ${'root-user,'.repeat(n / 10)}\n    tty: true\n`,
  'unknown ids in a suppression': (n) => `${POD}    # podproof-ignore ${many(n / 8, (i) => `rot-${i},`)}\n`,
  'overlay comments': (n) => POD + '    x: 1 #@ y\n'.repeat(n / 15),
  directives: (n) => `${'%FOO bar\n'.repeat(n / 9)}---\n${POD}`,
  'percent signs': (n) => POD + '%'.repeat(n),
  tags: (n) => `${POD}    x: ${'!a '.repeat(n / 3)}\n`,
  'one key again and again': (n) => POD + '    stdin: true\n'.repeat(n / 16),
  'many keys': (n) => POD + many(n / 12, (i) => `    k${i}: 1\n`),
  'prototype keys': (n) =>
    POD + '    __proto__: {constructor: {prototype: 1}}\n    toString: 1\n'.repeat(n / 60),
  'many containers': (n) => POD + '  - {name: a, image: b}\n'.repeat(n / 24),
  'many variables': (n) => `${POD}    env:\n${'    - {name: A, value: b}\n'.repeat(n / 26)}`,
  'many mounts': (n) =>
    `${POD}    volumeMounts:\n${many(n / 40, (i) => `    - {name: v${i}, mountPath: /v${i}}\n`)}`,
  'many dropped capabilities': (n) =>
    `${POD}    securityContext: {capabilities: {drop: [${'NET_RAW,'.repeat(n / 8)}]}}\n`,
  'a long quantity': (n) => `${POD}    resources: {requests: {cpu: ${'1'.repeat(n)}}}\n`,
  'a long id': (n) => `${POD}    securityContext: {runAsUser: ${'9'.repeat(n)}}\n`,
  anchors: (n) => POD + many(n / 16, (i) => `    k${i}: &a${i} 1\n`),
  'aliases of one anchor': (n) => `x: &a 1\n${POD}${many(n / 10, (i) => `    k${i}: *a\n`)}`,
  'aliases that double': (n) =>
    `a0: &a0 [x, x]\n${many(n / 40, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`)}${POD}`,
  'merges that double': (n) =>
    `a0: &a0 {x: 1}\n${many(n / 50, (i) => `a${i + 1}: &a${i + 1} {<<: [*a${i}, *a${i}]}\n`)}${POD}    <<: *a${Math.floor(n / 50)}\n`,
  'a merge of itself': (n) =>
    POD.replace('- name', '- &c\n    <<: *c\n    name') + '    x: 1\n'.repeat(n / 9),
  'an alias of itself': (n) => `${POD}    x: &x [*x]\n${'    y: *x\n'.repeat(n / 10)}`,
  'lists in lists': (n) =>
    `apiVersion: v1\nkind: List\nitems:\n${many(Math.sqrt(n / 2), (i) => {
      const indentation = '  '.repeat(i);
      return `${indentation}- apiVersion: v1\n${indentation}  kind: List\n${indentation}  items:\n`;
    })}`,
  'many items': (n) =>
    `apiVersion: v1\nkind: List\nitems:\n${'- {apiVersion: v1, kind: Pod, spec: {containers: [{name: a, image: b}]}}\n'.repeat(n / 75)}`,
  'many documents': (n) => `---\n${POD}`.repeat(n / 80),
  'empty documents': (n) => POD + '---\n'.repeat(n / 4),
  'document ends': (n) => POD + '...\n'.repeat(n / 4),
  NUL: (n) => POD + '\0'.repeat(n),
  'lone surrogates': (n) => `${POD}    x: ${'\ud800'.repeat(n)}\n`,
  'byte order marks': (n) => `${POD}    x: ${'\ufeff'.repeat(n)}\n`,
  'bytes at random': (n) =>
    POD +
    bytes(n)
      .map((byte) => String.fromCharCode(byte))
      .join(''),
  'variables that open': (n) => `${POD}    x: ${'${'.repeat(n / 2)}\n`,
  'placeholders that open': (n) => `${POD}    x: ${'<a'.repeat(n / 2)}\n`,
};

/** Template actions, which may reach over the documents behind them. */
export const TEMPLATE_FAMILIES: Readonly<Record<string, Family>> = {
  actions: (n) => POD + '    x: {{ .a }}\n'.repeat(n / 16),
  'actions that open': (n) => `${POD}    x: ${'{{'.repeat(n / 2)}`,
  'actions that close': (n) => `${POD}    x: "${'}}'.repeat(n / 2)}"\n`,
  branches: (n) => POD + '    {{ if .a }}\n    x: 1\n    {{ end }}\n'.repeat(n / 40),
  'branches without an end': (n) => POD + '    {{ if .a }}\n    x: 1\n'.repeat(n / 28),
  'ends without a branch': (n) => POD + '    {{ end }}\n'.repeat(n / 14),
  'parentheses in an action': (n) => `${POD}    x: {{ ${'('.repeat(n)} }}\n`,
  'an action of pipes': (n) => `${POD}    x: {{ .a ${'| quote '.repeat(n / 8)}}}\n`,
  'raw strings in an action': (n) => `${POD}    x: {{ ${'`a` '.repeat(n / 4)}}}\n`,
  'definitions in each other': (n) => POD + '{{ define "a" }}\n'.repeat(n / 17),
};
