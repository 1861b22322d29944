/** The tools for language models, as a model calls them. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { LanguageModelTextPart, lm } from 'vscode';
import { barePod, closeEverything, openText } from './editor.ts';

async function answerOf(name: string, input: object): Promise<readonly string[]> {
  const { content } = await lm.invokeTool(`podproof_${name}`, { toolInvocationToken: undefined, input });
  return content.map((part) => (part instanceof LanguageModelTextPart ? part.value : ''));
}

describe('tools for language models', () => {
  afterEach(closeEverything);

  it('check the file in front of the person, as it is typed', async () => {
    await openText(barePod('asked'));
    const [answer] = await answerOf('check_file', {});
    assert.match(answer ?? '', /1 workload, \d+ findings[\s\S]*seccomp\/missing/);
  });

  it('check a file of the workspace by its path', async () => {
    const [answer] = await answerOf('check_file', { path: 'storefront.yaml' });
    assert.match(answer ?? '', /^storefront\.yaml: /);
  });

  it('harden without writing', async () => {
    const { document } = await openText(barePod('untouched'));
    const before = document.getText();
    const [answer, hardened] = await answerOf('harden_workload', {});
    assert.match(answer ?? '', /nothing is written yet/);
    assert.match(hardened ?? '', /readOnlyRootFilesystem: true/);
    assert.equal(document.getText(), before);
  });

  it('explain a finding', async () => {
    const [answer] = await answerOf('explain_finding', { code: 'seccomp/missing' });
    assert.match(answer ?? '', /^seccomp\/missing /);
  });

  it('read nothing outside of the workspace', async () => {
    for (const path of ['../../etc/passwd', '/etc/passwd'])
      await assert.rejects(answerOf('check_file', { path }), /is not a file of the workspace/);
  });
});
