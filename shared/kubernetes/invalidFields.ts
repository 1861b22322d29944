/** Invalid fields: values of security contexts, and of the token setting, that the API server rejects. */
import type { Span } from '../text/span.ts';
import { isNull, type ScalarNode } from '../yaml/tree.ts';
import { duplicateKeys } from './duplicates.ts';
import { isBooleanWord, readBoolean, readInteger, readString } from './scalars.ts';
import { child, itemsOf, mappingIn, type Slot, textOf, touchesProblem } from './slots.ts';
import type { ContainerView, PodView } from './workload.ts';

/** Ids above this are rejected (IsValidUserID, apimachinery pkg/util/validation). */
export const MAX_ID = 2_147_483_647;

export const SECCOMP_TYPES: readonly string[] = ['RuntimeDefault', 'Localhost', 'Unconfined'];

export interface InvalidField {
  readonly why:
    | 'not-a-mapping'
    | 'not-a-list'
    | 'not-a-string'
    | 'not-a-boolean'
    | 'not-an-id'
    | 'negative-id'
    | 'id-too-large'
    | 'no-seccomp-type'
    | 'no-localhost-profile'
    | 'localhost-path'
    | 'localhost-without-type'
    | 'duplicate';
  readonly container: ContainerView | null;
  readonly key: string;
  readonly slot: Slot;
  readonly span: Span;
  /** The value as people see it. */
  readonly text: string;
  /** The value that is certainly meant, where there is one. */
  readonly meant?: boolean | number | string;
}

const BOOLEANS_OF_BOTH: readonly string[] = ['runAsNonRoot'];
const BOOLEANS_OF_CONTAINERS: readonly string[] = [
  ...BOOLEANS_OF_BOTH,
  'privileged',
  'allowPrivilegeEscalation',
  'readOnlyRootFilesystem',
];

/** The fields of a security context that are looked at. */
const FIELDS_OF_PODS: readonly string[] = [...BOOLEANS_OF_BOTH, 'runAsUser', 'runAsGroup', 'seccompProfile'];
const FIELDS_OF_CONTAINERS: readonly string[] = [
  ...BOOLEANS_OF_CONTAINERS,
  'runAsUser',
  'runAsGroup',
  'seccompProfile',
  'capabilities',
];

/** The invalid fields of a pod, from the pod spec down. */
export function invalidFields(pod: PodView): readonly InvalidField[] {
  const found: InvalidField[] = [];
  const finder = new Finder(null, found);
  if (pod.accepts.podSpec) {
    finder.duplicates(pod.spec, ['securityContext', 'automountServiceAccountToken']);
    finder.boolean(child(pod.spec, 'automountServiceAccountToken'), 'automountServiceAccountToken');
  }
  finder.context(pod.securityContext, BOOLEANS_OF_BOTH, FIELDS_OF_PODS);
  for (const container of pod.containers) {
    const own = new Finder(container, found);
    own.duplicates(container.slot, ['securityContext']);
    own.context(container.securityContext, BOOLEANS_OF_CONTAINERS, FIELDS_OF_CONTAINERS);
  }
  return found;
}

/** Collects what is invalid at one level. */
class Finder {
  private readonly fields: InvalidField[];
  private readonly container: ContainerView | null;

  constructor(container: ContainerView | null, fields: InvalidField[]) {
    this.container = container;
    this.fields = fields;
  }

  context(context: Slot, booleans: readonly string[], fields: readonly string[]): void {
    if (!this.isMapping(context, 'securityContext')) return;
    for (const key of booleans) this.boolean(child(context, key), key);
    this.id(child(context, 'runAsUser'), 'runAsUser');
    this.id(child(context, 'runAsGroup'), 'runAsGroup');
    this.seccomp(child(context, 'seccompProfile'));
    if (this.container !== null) this.capabilities(child(context, 'capabilities'));
    this.duplicates(context, fields);
  }

  duplicates(holder: Slot, keys: readonly string[]): void {
    for (const { key, keySpan } of duplicateKeys(holder)) {
      if (keys.includes(key)) this.add('duplicate', child(holder, key), key, keySpan, key);
    }
  }

  boolean(slot: Slot, key: string): void {
    const held = certain(slot);
    if (held === undefined || readBoolean(held.node).state !== 'invalid') return;
    const { node } = held;
    const isQuoted = node.kind === 'scalar' && node.style !== 'plain' && isBooleanWord(node.text.trim());
    this.add('not-a-boolean', slot, key, spanOf(held), shown(held), isQuoted ? isTrueWord(node) : undefined);
  }

  private id(slot: Slot, key: string): void {
    const held = certain(slot);
    if (held === undefined) return;
    const reading = readInteger(held.node);
    if (reading.state === 'known') {
      if (reading.value < 0) this.add('negative-id', slot, key, held.span, shown(held));
      else if (reading.value > MAX_ID) this.add('id-too-large', slot, key, held.span, shown(held));
    } else if (reading.state === 'invalid') {
      const text = held.node.kind === 'scalar' && held.node.style !== 'plain' ? held.node.text.trim() : '';
      // Digits with a zero before them could be octal, as they are without the quotes.
      const meant = /^(0|[1-9][0-9]{0,9})$/.test(text) && Number(text) <= MAX_ID ? Number(text) : undefined;
      this.add('not-an-id', slot, key, spanOf(held), shown(held), meant);
    }
  }

  /** validateSeccompProfileField; a profile without a type is told as missing. */
  private seccomp(profile: Slot): void {
    if (!this.isMapping(profile, 'seccompProfile')) return;
    this.duplicates(profile, ['type', 'localhostProfile']);
    const typeSlot = child(profile, 'type');
    const held = certain(typeSlot);
    if (held === undefined) return;
    const reading = readString(held.node);
    if (reading.state === 'unknown' || (reading.state === 'known' && reading.value === '')) return;
    const type = reading.state === 'known' ? reading.value : undefined;
    if (type === undefined || !SECCOMP_TYPES.includes(type)) {
      this.add('no-seccomp-type', typeSlot, 'type', spanOf(held), shown(held), intendedType(type));
      return;
    }
    const local = child(profile, 'localhostProfile');
    const written = certain(local);
    if (type !== 'Localhost') {
      if (written !== undefined)
        this.add('localhost-without-type', local, 'localhostProfile', spanOf(written), shown(written));
      return;
    }
    if (written === undefined) {
      if (local.held.every(({ state }) => state === 'absent' || state === 'node'))
        this.add('no-localhost-profile', typeSlot, 'type', held.span, type);
      return;
    }
    const path = readString(written.node);
    if (path.state === 'unknown') return;
    if (path.state === 'known' && path.value === '')
      this.add('no-localhost-profile', typeSlot, 'type', held.span, type);
    else if (path.state !== 'known' || path.value.startsWith('/') || path.value.split('/').includes('..'))
      this.add('localhost-path', local, 'localhostProfile', spanOf(written), shown(written));
  }

  private capabilities(capabilities: Slot): void {
    if (!this.isMapping(capabilities, 'capabilities')) return;
    this.duplicates(capabilities, ['add', 'drop']);
    for (const side of ['add', 'drop']) {
      const list = child(capabilities, side);
      const held = certain(list);
      if (held === undefined) continue;
      if (held.node.kind !== 'sequence') {
        if (held.node.kind === 'scalar' && held.node.unknown !== undefined) continue;
        this.add('not-a-list', list, side, spanOf(held), shown(held), textOf(list));
        continue;
      }
      for (const item of itemsOf(list)) {
        const one = certain(item);
        if (one !== undefined && readString(one.node).state === 'invalid')
          this.add('not-a-string', item, side, spanOf(one), shown(one));
      }
    }
  }

  /** True for a mapping and for nothing; what is neither is told. */
  private isMapping(slot: Slot, key: string): boolean {
    if (mappingIn(slot) !== undefined) return !touchesProblem(slot);
    const held = certain(slot);
    if (held === undefined || (held.node.kind === 'scalar' && held.node.unknown !== undefined)) return false;
    const meant = key === 'seccompProfile' ? intendedType(textOf(slot)) : undefined;
    this.add('not-a-mapping', slot, key, spanOf(held), shown(held), meant);
    return false;
  }

  private add(
    why: InvalidField['why'],
    slot: Slot,
    key: string,
    span: Span,
    text: string,
    meant?: InvalidField['meant'],
  ): void {
    const field = { why, container: this.container, key, slot, span, text };
    this.fields.push(meant === undefined ? field : { ...field, meant });
  }
}

type HeldNode = Extract<Slot['held'][number], { state: 'node' }>;

/** What a slot certainly holds, where that is not null and stands in no branch of a template. */
function certain(slot: Slot): HeldNode | undefined {
  const held = slot.held[0];
  if (slot.held.length !== 1 || held?.state !== 'node' || isNull(held.node)) return undefined;
  return held;
}

/** A collection has many lines: what is wrong with it stands on its key. */
function spanOf(held: HeldNode): Span {
  return held.node.kind === 'scalar' ? held.span : held.keySpan;
}

function shown({ node }: HeldNode): string {
  if (node.kind !== 'scalar') return node.kind === 'mapping' ? 'a mapping' : 'a list';
  const text = node.text.length > 40 ? `${node.text.slice(0, 39)}…` : node.text;
  return node.style === 'plain' ? text : `"${text}"`;
}

function isTrueWord({ text }: ScalarNode): boolean {
  return ['y', 'yes', 'true', 'on'].includes(text.trim().toLowerCase());
}

/** The seccomp type that a rejected text certainly means: one in the wrong case, or the words of the old annotation. */
function intendedType(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text === 'runtime/default' || text === 'docker/default') return 'RuntimeDefault';
  const lower = text.trim().toLowerCase();
  const type = SECCOMP_TYPES.find((one) => one.toLowerCase() === lower);
  // A Localhost profile needs its path beside it.
  return type === 'Localhost' ? undefined : type;
}
