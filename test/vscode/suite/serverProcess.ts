/** Finds the language server among the children of the extension host. */
import { readdirSync, readFileSync } from 'node:fs';

/** Process ids of the running language servers, or null on a system that does not list processes as files. */
export function serverProcesses(): readonly number[] | null {
  if (process.platform !== 'linux') return null;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => {
      try {
        // The name, in parentheses, may contain anything; the state and the parent's id come after it.
        const [, parent] = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
        const command = readFileSync(`/proc/${id}/cmdline`, 'utf8');
        return Number(parent) === process.pid && command.includes('dist/server.js');
      } catch {
        return false;
      }
    });
}
