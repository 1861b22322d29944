/** Kustomizations as the server has them: looked for once there is a workspace folder in which they may be. */
import { mayHoldOuterOverlay } from '../shared/kustomize/names.ts';
import type { Folders } from './folders.ts';
import type { Host } from './host.ts';
import { createKustomizations, type Kustomizations, type KustomizationTools } from './kustomize.ts';

export function kustomizationsIn(host: Host, folders: Folders, tools: KustomizationTools): Kustomizations {
  let begun: Kustomizations | undefined;
  const begin = (): Kustomizations => {
    begun ??= createKustomizations(host, folders, tools);
    return begun;
  };
  return {
    async read() {
      if (begun !== undefined || folders.all().length > 0) await begin().read();
    },
    noticed(uri, text) {
      if (begun !== undefined || mayHoldOuterOverlay(text)) begin().noticed(uri, text);
    },
    typed: (uri) => begun?.typed(uri),
    holds: (folder) => begun?.holds(folder) === true,
    async changed(uri) {
      if (begun !== undefined || folders.of(uri) !== undefined) await begin().changed(uri);
    },
    settingsFor: (uri, settings) => begun?.settingsFor(uri, settings) ?? settings,
    actions: (params, features) => begun?.actions(params, features) ?? [],
    resolve: async (action) => await begun?.resolve(action),
    mayAnswer: (uri) => begun?.mayAnswer(uri) === true,
    standing: (uri, analyzed, findings) => begun?.standing(uri, analyzed, findings) ?? findings,
  };
}
