/** Suppressions of other tools: their annotations, read as those tools read them, and the checks here that they stand for. */
import { explainedPractices } from '../practices/explained.ts';
import type { PeerTool } from '../practices/explanation.ts';
import type { CheckCode } from '../practices/practice.ts';

export interface PeerSuppression {
  readonly tool: PeerTool;
  readonly codes: readonly CheckCode[];
  readonly reason: string | undefined;
}

/** What an annotation suppresses, or undefined where it is no other tool's, or nothing here looks for the same. */
export function peerSuppression(key: string, value: string): PeerSuppression | undefined {
  for (const read of READERS) {
    const found = read(key, value);
    if (found !== undefined) return found.codes.length === 0 ? undefined : found;
  }
  return undefined;
}

type Reader = (key: string, value: string) => PeerSuppression | undefined;

/** kube-linter pkg/ignore: any value is a reason. */
const kubeLinter: Reader = (key, value) => {
  const prefix = 'ignore-check.kube-linter.io/';
  if (key === 'kube-linter.io/ignore-all') return suppression('KubeLinter', allCodesOf('KubeLinter'), value);
  if (!key.startsWith(prefix)) return undefined;
  return suppression('KubeLinter', codesOf('KubeLinter', [key.slice(prefix.length)]), value);
};

/** polaris pkg/validator/schema.go: only `true`, in any case. */
const polaris: Reader = (key, value) => {
  const match = /^polaris\.fairwinds\.com\/(?:([\w-]+)-)?exempt$/.exec(key);
  if (match === null || value.trim().toLowerCase() !== 'true') return undefined;
  const [, check] = match;
  const codes = check === undefined ? allCodesOf('Polaris') : codesOf('Polaris', [check]);
  return suppression('Polaris', codes, undefined);
};

/** checkov runner: `checkov.io/skip1: CKV_K8S_20=reason`, and the same under its older name. */
const checkov: Reader = (key, value) => {
  if (!/^(checkov|bridgecrew)\.io\/skip\d*$/.test(key)) return undefined;
  const equals = value.indexOf('=');
  const id = equals < 0 ? value : value.slice(0, equals);
  return suppression(
    'Checkov',
    codesOf('Checkov', [id.trim()]),
    equals < 0 ? undefined : value.slice(equals + 1),
  );
};

/** kube-score scorecard: a list with commas. */
const kubeScore: Reader = (key, value) => {
  if (key !== 'kube-score/ignore') return undefined;
  return suppression(
    'kube-score',
    codesOf(
      'kube-score',
      value.split(',').map((id) => id.trim()),
    ),
    undefined,
  );
};

/** monokle-core AnnotationSuppressor: any value but an empty one and `false`; what is not `true` is a reason. */
const monokle: Reader = (key, value) => {
  const prefix = 'monokle.io/suppress.';
  if (!key.startsWith(prefix) || value === '' || value === 'false') return undefined;
  const reason = value === 'true' || value === 'suppress' ? undefined : value;
  return suppression('Monokle', codesOf('Monokle', [key.slice(prefix.length)]), reason);
};

const READERS: readonly Reader[] = [kubeLinter, polaris, checkov, kubeScore, monokle];

function suppression(
  tool: PeerTool,
  codes: readonly CheckCode[],
  reason: string | undefined,
): PeerSuppression {
  const words = reason?.trim();
  return { tool, codes, reason: words === '' ? undefined : words };
}

function codesOf(tool: PeerTool, ids: readonly string[]): readonly CheckCode[] {
  const wanted = new Set(ids.map((id) => id.toLowerCase()));
  return codesWhere(tool, (own) => own.some((id) => wanted.has(id.toLowerCase())));
}

/** A tool that is told to leave an object alone says nothing of the checks that it does not have. */
function allCodesOf(tool: PeerTool): readonly CheckCode[] {
  return codesWhere(tool, () => true);
}

function codesWhere(tool: PeerTool, isMeant: (ids: readonly string[]) => boolean): readonly CheckCode[] {
  return explainedPractices().flatMap((practice) =>
    practice.peers
      .filter((peer) => peer.tool === tool && isMeant(peer.ids))
      .flatMap((peer) => peer.checks ?? practice.checks.map(({ id }) => id))
      .map((check): CheckCode => `${practice.id}/${check}`),
  );
}
