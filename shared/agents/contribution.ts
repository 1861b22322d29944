/** `contributes.languageModelTools` of `package.json`: the tools for agents, as an editor lists them. */
import { TOOLS } from './words.ts';

/** Names of tools are shared by all extensions. */
export const EDITOR_PREFIX = 'podproof_';

const MANIFEST = {
  path: 'A manifest in the workspace, by its path from the folder that is open. Without a path or a text, the file in front of the person.',
  text: 'The text of a manifest, in place of a path.',
};

export function languageModelToolsContribution(): unknown {
  const { check, harden, explain } = TOOLS;
  return [
    { tool: check, reference: 'podproofCheck', inputs: MANIFEST, required: [] },
    { tool: harden, reference: 'podproofHarden', inputs: { ...MANIFEST, ...harden.inputs }, required: [] },
    { tool: explain, reference: 'podproofExplain', inputs: explain.inputs, required: ['code'] },
  ].map(({ tool, reference, inputs, required }) => ({
    name: `${EDITOR_PREFIX}${tool.name}`,
    toolReferenceName: reference,
    displayName: tool.title,
    userDescription: tool.description,
    modelDescription: tool.description,
    icon: '$(shield)',
    tags: ['kubernetes', 'security'],
    canBeReferencedInPrompt: true,
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(inputs).map(([name, description]) => [
          name,
          { type: name === 'safe_only' ? 'boolean' : 'string', description },
        ]),
      ),
      ...(required.length === 0 ? {} : { required }),
    },
  }));
}
