import type { BuildOptions } from 'esbuild';

/** Sizes of a file in bytes, minified: of the project's own modules, and of those of others. */
export interface FileSize {
  readonly own: number;
  readonly libraries: number;
  readonly isStart: boolean;
  /** Bytes of each of its modules. */
  readonly modules: Readonly<Record<string, number>>;
}

export interface Built {
  readonly inputs: readonly string[];
  readonly files: Readonly<Record<string, FileSize>>;
}

/** What all bundles are built with. */
export const shared: BuildOptions;

export type ProgramName = 'server' | 'cli';

export interface Program {
  readonly entry: string;
  readonly parts: Readonly<Record<string, readonly string[]>>;
}

export const PROGRAMS: Readonly<Record<ProgramName, Program>>;

export function buildProgram(name: ProgramName, outdir: string): Promise<Built>;
