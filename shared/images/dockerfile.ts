/** Dockerfiles: which user, ports and volumes the image has that one builds. */

/** What a build's image starts with. What stands in variables is not known. */
export interface BuiltImage {
  readonly user: BuiltUser;
  /** Declared with EXPOSE, as numbers; ranges and variables are left out. */
  readonly ports: readonly number[];
  /** Absolute directories declared with VOLUME. */
  readonly volumes: readonly string[];
}

export type BuiltUser =
  /** No USER: the base image decides, by its name as the Dockerfile has it. */
  | { readonly kind: 'inherited'; readonly from: string | undefined }
  | { readonly kind: 'number'; readonly uid: number; readonly gid: number | undefined; readonly line: number }
  | { readonly kind: 'name'; readonly name: string; readonly line: number }
  | { readonly kind: 'unknown' };

interface Stage {
  readonly name: string | undefined;
  readonly from: string | undefined;
  /** The earlier stage that it builds on. */
  readonly base: Stage | undefined;
  user: Exclude<BuiltUser, { kind: 'inherited' }> | undefined;
  readonly ports: number[];
  readonly volumes: string[];
}

/**
 * Reads a Dockerfile's last stage, or the stage with the name or number of `target`. Undefined where there is no such stage. Total: an
 * instruction that cannot be read is left out. Lines count from 0.
 */
export function readDockerfile(text: string, target?: string): BuiltImage | undefined {
  const stages: Stage[] = [];
  for (const { keyword, rest, line } of instructionsIn(text)) {
    if (keyword === 'FROM') {
      stages.push(stageFrom(rest, stages));
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) continue;
    if (keyword === 'USER') stage.user = userIn(rest, line);
    else if (keyword === 'EXPOSE') stage.ports.push(...portsIn(rest));
    else if (keyword === 'VOLUME') stage.volumes.push(...volumesIn(rest));
  }
  const wanted =
    target === undefined
      ? stages.at(-1)
      : (stages.find(({ name }) => name === target.toLowerCase()) ??
        (/^\d+$/.test(target) ? stages[Number(target)] : undefined));
  return wanted === undefined ? undefined : builtBy(wanted);
}

function builtBy(stage: Stage): BuiltImage {
  const chain: Stage[] = [];
  for (let one: Stage | undefined = stage; one !== undefined; one = one.base) chain.push(one);
  const user = chain.find((one) => one.user !== undefined)?.user;
  return {
    user: user ?? { kind: 'inherited', from: chain.at(-1)?.from },
    ports: [...new Set(chain.flatMap(({ ports }) => ports))],
    volumes: [...new Set(chain.flatMap(({ volumes }) => volumes))],
  };
}

interface Instruction {
  readonly keyword: string;
  readonly rest: string;
  readonly line: number;
}

/** Instructions with their continued lines joined; comments between those, and here-documents, are skipped. */
function* instructionsIn(text: string): Iterable<Instruction> {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const continued = /^#\s*escape\s*=\s*`/i.test(lines[0] ?? '') ? '`' : '\\';
  for (let index = 0; index < lines.length; index++) {
    const first = index;
    let whole = lines[index] ?? '';
    if (/^\s*(?:#|$)/.test(whole)) continue;
    while (whole.trimEnd().endsWith(continued) && index + 1 < lines.length) {
      const next = lines[++index] ?? '';
      if (/^\s*(?:#|$)/.test(next)) continue;
      whole = `${whole.trimEnd().slice(0, -1)} ${next.trim()}`;
    }
    const match = /^([A-Za-z]+)\s+(.*)$/s.exec(whole.trim());
    if (match === null) continue;
    const [, keyword = '', rest = ''] = match;
    const isShell = /^(?:RUN|COPY|ADD)$/i.test(keyword);
    for (const [, mark] of isShell ? rest.matchAll(/<<-?["']?([A-Za-z_][A-Za-z0-9_]*)["']?/g) : []) {
      const end = lines.findIndex((line, at) => at > index && line.trim() === mark);
      if (end >= 0) index = end;
    }
    yield { keyword: keyword.toUpperCase(), rest, line: first };
  }
}

function stageFrom(rest: string, stages: readonly Stage[]): Stage {
  const words = rest.split(/\s+/).filter((word) => !word.startsWith('--'));
  const [image, as, name] = words;
  const isNamed = as?.toUpperCase() === 'AS';
  const from = image === undefined || image.includes('$') ? undefined : image;
  const base = from === undefined ? undefined : stages.findLast((stage) => stage.name === from.toLowerCase());
  return {
    name: isNamed ? name?.toLowerCase() : undefined,
    from: base === undefined ? from : undefined,
    base,
    user: undefined,
    ports: [],
    volumes: [],
  };
}

function userIn(rest: string, line: number): Stage['user'] {
  const [user = '', group] = unquoted(rest).split(':');
  if (user === '' || rest.includes('$')) return { kind: 'unknown' };
  if (!/^\d+$/.test(user)) return { kind: 'name', name: user, line };
  const gid = group !== undefined && /^\d+$/.test(group) ? Number(group) : undefined;
  return { kind: 'number', uid: Number(user), gid, line };
}

function portsIn(rest: string): readonly number[] {
  return rest.split(/\s+/).flatMap((word) => {
    const match = /^(\d{1,5})(?:\/(?:tcp|udp|sctp))?$/i.exec(word);
    const port = Number(match?.[1]);
    return match !== null && port > 0 && port < 65536 ? [port] : [];
  });
}

function volumesIn(rest: string): readonly string[] {
  const words = rest.startsWith('[') ? listIn(rest) : rest.split(/\s+/);
  return words.map(unquoted).filter((path) => /^(?:\/[A-Za-z0-9._-]+)+$/.test(path));
}

function listIn(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}
