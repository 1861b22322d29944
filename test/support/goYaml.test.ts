/** Holds the test decoder against what the Go decoder behind kubectl does. */

import { describe, expect, test } from 'vitest';
import { goScalar, goYaml, goYamlStream } from './goYaml.ts';

describe('plain scalars are resolved as YAML 1.1', () => {
  test.each(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'])(
    '%s is true',
    (word) => {
      expect(goScalar(word)).toBe(true);
    },
  );
  test.each(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'])(
    '%s is false',
    (word) => {
      expect(goScalar(word)).toBe(false);
    },
  );
  test.each(['', '~', 'null', 'Null', 'NULL'])('"%s" is null', (word) => {
    expect(goScalar(word)).toBeNull();
  });
  test.each([
    ['0', 0],
    ['1000', 1000],
    ['+5', 5],
    ['-7', -7],
    ['-0', 0],
    ['0x3e8', 1000],
    ['0X3E8', 1000],
    ['-0x10', -16],
    ['01750', 1000],
    ['0o17', 15],
    ['0b101', 5],
    ['-0b101', -5],
    ['1_000', 1000],
    ['08', 8],
    ['00', 0],
    ['1e3', 1000],
    ['1.5', 1.5],
    ['1.', 1],
    ['.5', 0.5],
    ['.5_0', 0.5],
    ['+.5', 0.5],
    ['.inf', Number.POSITIVE_INFINITY],
    ['-.INF', Number.NEGATIVE_INFINITY],
  ])('%s is the number %d', (word, value) => {
    expect(goScalar(word)).toBe(value);
  });
  test.each([
    'tRue',
    'yEs',
    'nULL',
    'oN',
    '0x',
    '0b2',
    '0o8',
    '1e',
    '-',
    '--1',
    '_1',
    '.5_',
    '._5',
    '1e400',
    '.9E964',
    '100m',
    '128Mi',
    '1.2.3',
    '2001-12-14',
    '2001-12-14T21:59:43Z',
    '12:30:45',
    'Infinity',
    '=',
  ])('%s is text', (word) => {
    expect(goScalar(word)).toBe(word);
  });
});

describe('a document', () => {
  test('quotes and tags make text, and tags make values', () => {
    const text = `
      a: "1000"
      b: 'yes'
      c: !!str 1000
      d: !!int "1000"
      e: !!bool "yes"
      f: ! 12
      g: !mine 12
      h: |
        12
      i: !!float 1
      j: !!null ""
      k: !!binary aGk=
    `;
    expect(goYaml(text)).toEqual([
      {
        a: '1000',
        b: 'yes',
        c: '1000',
        d: 1000,
        e: true,
        f: '12',
        g: '12',
        h: '12\n',
        i: 1,
        j: null,
        k: 'hi',
      },
    ]);
  });
  test('a tag that the text does not fit is an error', () => {
    expect(() => goYaml('a: !!int x')).toThrow(/cannot decode/);
  });
  test('keys become the text of their value', () => {
    expect(goYaml('on: 1\nno: 2\n0x10: 3\n1.50: 4\n"on": 5')).toEqual([
      { true: 1, false: 2, 16: 3, 1.5: 4, on: 5 },
    ]);
  });
  test('infinity and NaN cannot be sent', () => {
    expect(() => goYaml('a: .inf')).toThrow(/unsupported value/);
    expect(() => goYaml('a: .nan')).toThrow(/unsupported value/);
  });
  test('a block scalar that the text ends in the middle of has no line break to keep', () => {
    expect(goYaml('a: |\n  x\n  y')).toEqual([{ a: 'x\ny' }]);
    expect(goYaml('a: |\n  x\n  y\n')).toEqual([{ a: 'x\ny\n' }]);
  });
  test('a flow collection may be closed in the column of its key', () => {
    expect(goYaml('a: {\n  b: [\n  1\n  ]\n}\nc: 2')).toEqual([{ a: { b: [1] }, c: 2 }]);
  });
  test('a null key is an error', () => {
    expect(() => goYaml('~: 1')).toThrow(/unsupported map key/);
  });
  test('of a key written twice the last counts, and both are told', () => {
    expect(goYamlStream('a: {b: 1, b: 2}\na: {c: 3}')).toEqual({
      objects: [{ a: { c: 3 } }],
      duplicateKeys: [
        { object: 0, path: ['a', 'b'] },
        { object: 0, path: ['a'] },
      ],
    });
  });
  test('aliases repeat their anchor', () => {
    expect(goYaml('a: &x {b: 1}\nc: *x\nd: [*x]')).toEqual([{ a: { b: 1 }, c: { b: 1 }, d: [{ b: 1 }] }]);
  });
  test('an alias without an anchor, and one inside its own anchor, are errors', () => {
    expect(() => goYaml('a: *x')).toThrow();
    expect(() => goYaml('a: &x {b: *x}')).toThrow(/contains itself/);
  });
  test('a merge key gives way to what follows it', () => {
    expect(goYaml('a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3')).toEqual([
      { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } },
    ]);
  });
  test('a merge key overrides what precedes it, as the v2 decoder does', () => {
    expect(goYaml('a: &x {c: 2}\nd:\n  c: 3\n  <<: *x')).toEqual([{ a: { c: 2 }, d: { c: 2 } }]);
  });
  test('of several merged mappings the first wins', () => {
    expect(goYaml('- &x {a: 1}\n- &y {a: 2, b: 2}\n- <<: [*x, *y]')).toEqual([
      [{ a: 1 }, { a: 2, b: 2 }, { a: 1, b: 2 }],
    ]);
  });
  test('a quoted merge key is an ordinary key', () => {
    expect(goYaml('"<<": 1')).toEqual([{ '<<': 1 }]);
  });
  test('merging something that is no mapping is an error', () => {
    expect(() => goYaml('<<: 1')).toThrow(/map merge/);
  });
  test('a key __proto__ is data', () => {
    const [object] = goYaml('__proto__: {a: 1}');
    expect(Object.keys(object as object)).toEqual(['__proto__']);
  });
});

describe('a stream', () => {
  test('empty documents are skipped', () => {
    expect(goYaml('')).toEqual([]);
    expect(goYaml('# nothing\n')).toEqual([]);
    expect(goYaml('---\na: 1\n---\n# nothing\n---\n~\n---\nb: no\n...\n')).toEqual([{ a: 1 }, { b: false }]);
  });
  test('directives do not change how scalars are read', () => {
    expect(goYaml('%YAML 1.2\n---\na: no\n...\n%YAML 1.1\n---\na: no\n')).toEqual([
      { a: false },
      { a: false },
    ]);
  });
  test('byte order mark, CRLF, tabs inside flow and JSON are read', () => {
    expect(goYaml('\uFEFFa: 1\r\nb: |\r\n  x\r\n  y\r\n')).toEqual([{ a: 1, b: 'x\ny\n' }]);
    expect(goYaml('{\n\t"a": {\n\t\t"b": true\n\t}\n}')).toEqual([{ a: { b: true } }]);
  });
  test('broken text is an error', () => {
    expect(() => goYaml('a: [1')).toThrow();
    expect(() => goYaml('a: 1\n  b: 2')).toThrow();
  });
});
