/** Harden with a preview: what would change, in three steps, for a person to choose from; the chosen changes are one edit. */
import { l10n, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { LadderChange } from './protocol.ts';

interface ChangeItem extends QuickPickItem {
  /** Absent in a separator. */
  readonly id?: string;
}

/** The ids of the changes that a person chooses; undefined where they leave. What wants a test first is not chosen to begin with. */
export async function chooseChanges(
  changes: readonly LadderChange[],
): Promise<readonly string[] | undefined> {
  const picked = await window.showQuickPick<ChangeItem>(itemsOf(changes), {
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
    title: l10n.t('Podproof: Harden This File'),
    placeHolder: l10n.t('Changes to make, in one edit'),
  });
  return picked?.flatMap(({ id }) => id ?? []);
}

const STEPS = [
  { step: 'same', label: l10n.t('Changes nothing') },
  { step: 'likely', label: l10n.t('Should work') },
  { step: 'test', label: l10n.t('Test this first') },
] as const;

function itemsOf(changes: readonly LadderChange[]): readonly ChangeItem[] {
  return STEPS.flatMap(({ step, label }): readonly ChangeItem[] => {
    const own = changes.filter((change) => change.step === step);
    if (own.length === 0) return [];
    return [
      { label, kind: QuickPickItemKind.Separator },
      ...own.map(({ id, title, place, reason }) => ({
        id,
        label: title,
        description: place,
        detail: withoutMarkdown(reason),
        picked: step !== 'test',
      })),
    ];
  });
}

/** A list shows no links and no code. */
function withoutMarkdown(text: string): string {
  return text.replace(/\[([^[\]]*)\]\([^()]*\)/g, '$1').replaceAll('`', '');
}
