/** The quick reader answers what the reader of record answers, or nothing. */
import assert from 'node:assert/strict';
import { splitDocuments } from '../../../shared/yaml/documents.ts';
import { parseOfRecord } from '../../../shared/yaml/parseOfRecord.ts';
import { parseQuick } from '../../../shared/yaml/parseQuick.ts';

export function fuzz(data: Buffer): void {
  const text = data.toString('utf8');
  for (const { start, end } of splitDocuments(text)) {
    const own = text.slice(start, end);
    const quick = parseQuick(own);
    if (quick !== undefined) assert.deepEqual(quick, parseOfRecord(own));
  }
}
