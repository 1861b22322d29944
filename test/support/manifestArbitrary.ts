/** Random manifests as text, together with the objects that the text stands for. */

import fc from 'fast-check';
import type { PlainMap } from './goYamlPlain.ts';
import { type ModelOptions, manifestObjects } from './manifestArbitraryModel.ts';
import { renderStream } from './manifestArbitraryRender.ts';
import { type StreamStyle, type StyleOptions, streamStyle } from './manifestArbitraryStyle.ts';

export interface ManifestOptions extends ModelOptions, StyleOptions {}

export interface GeneratedManifest {
  /** The stream as someone might have written it. */
  readonly text: string;
  /** What `goYaml` decodes it to. */
  readonly objects: readonly PlainMap[];
  readonly style: StreamStyle;
}

/** Manifests in every style; the same seed of fast-check gives the same ones, and they shrink to plain small ones. */
export function manifest(options: ManifestOptions = {}): fc.Arbitrary<GeneratedManifest> {
  return fc
    .tuple(manifestObjects(options), streamStyle(options))
    .map(([objects, style]) => ({ text: renderStream(objects, style), objects, style }));
}
