import type { BuildOptions } from 'esbuild';
import type { Built } from './programs.mjs';

export interface PartedProgram {
  readonly entry: string;
  readonly parts: Readonly<Record<string, readonly string[]>>;
  readonly builtIn?: Readonly<Record<string, readonly string[]>>;
  readonly libraries?: readonly string[];
  readonly folder: string;
}

export function buildInParts(program: PartedProgram, root: string, options: BuildOptions): Promise<Built>;
