/** Sources: links to where the facts about images were read. */
import type { Source } from './family.ts';

/** The address of a source; undefined for a file of the workspace, and for the settings. */
export function sourceUrl(source: Source): string | undefined {
  if (source.startsWith('https://')) return source;
  const thread = /^([\w.-]+\/[\w.-]+)#(\d+)$/.exec(source);
  if (thread !== null) return `https://github.com/${thread[1]}/issues/${thread[2]}`;
  const file = /^([\w.-]+\/[\w.-]+)@([0-9a-f]{7,40})(?: (\S+))?$/.exec(source);
  if (file === null) return undefined;
  const [, repository, commit, path] = file;
  return path === undefined
    ? `https://github.com/${repository}/tree/${commit}`
    : `https://github.com/${repository}/blob/${commit}/${path}`;
}

/** The source as a person reads it, short: `docker-library/redis#175`, `redis/docker-library-redis`. */
export function sourceWords(source: Source): string {
  if (source.startsWith('https://')) return source.replace(/^https:\/\/([^/]+).*$/, '$1');
  return source.replace(/@.*$/, '');
}

/** A Markdown link, or words where there is no address. */
export function sourceLink(source: Source): string {
  if (source === 'settings') return 'as the settings say';
  const url = sourceUrl(source);
  if (url === undefined) return `\`${source.replaceAll('`', '')}\``;
  return `[${sourceWords(source)}](${url})`;
}
