/** Content hash: a short name for a text, the same in every process. */

/**
 * Two multiplicative hashes of 32 bits with different factors, as 16 hexadecimal digits. Good against accidents, not against intent:
 * nothing but a result's staleness hangs on it.
 */
export function contentHash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return hex(a ^ (a >>> 16)) + hex(b ^ (b >>> 16));
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
