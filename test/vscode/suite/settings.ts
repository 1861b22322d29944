/** Settings take effect while the file stays open. */
import { afterEach, describe, it } from 'mocha';
import { ConfigurationTarget, workspace } from 'vscode';
import { barePod, closeEverything, openText, untilFound, untilGone } from './editor.ts';

const configure = (name: string, value: unknown): Thenable<void> =>
  workspace.getConfiguration('podproof').update(name, value, ConfigurationTarget.Global);

describe('settings', () => {
  afterEach(async () => {
    await configure('minimumUid', undefined);
    await configure('checks', undefined);
    await closeEverything();
  });

  it('raise a threshold, and lower it again', async () => {
    const { document } = await openText(`${barePod('threshold')}  securityContext:\n    runAsUser: 5000\n`);
    await untilFound(document, 'seccomp/missing');
    await untilGone(document, 'root-user/low-uid');

    await configure('minimumUid', 10000);
    await untilFound(document, 'root-user/low-uid');

    await configure('minimumUid', undefined);
    await untilGone(document, 'root-user/low-uid');
  });

  it('switch a check off, and on again', async () => {
    const { document } = await openText(barePod('switched'));
    await untilFound(document, 'seccomp/missing');

    await configure('checks', { 'seccomp/missing': 'off' });
    await untilGone(document, 'seccomp/missing');

    await configure('checks', undefined);
    await untilFound(document, 'seccomp/missing');
  });
});
