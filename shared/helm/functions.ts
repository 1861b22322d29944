/** All functions that templates may call by name, but for those that run other templates. */
import { DATA_FUNCTIONS } from './functionsData.ts';
import { LOGIC_FUNCTIONS } from './functionsLogic.ts';
import { TEXT_FUNCTIONS } from './functionsText.ts';
import type { GoFunction } from './goFunction.ts';

const TABLES = [TEXT_FUNCTIONS, DATA_FUNCTIONS, LOGIC_FUNCTIONS];

/** By name; the `must` variants, which stop on an error where the others go on with nothing, among them. */
export const FUNCTIONS: ReadonlyMap<string, GoFunction> = new Map(
  TABLES.flatMap((table) =>
    Object.entries(table).flatMap(([name, call]) => [
      [name, call] as const,
      [`must${name.charAt(0).toUpperCase()}${name.slice(1)}`, call] as const,
    ]),
  ),
);
