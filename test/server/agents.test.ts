/** Agents in the editor: the answers of `podproof mcp`, for documents as they are typed. */
import { describe, expect, test } from 'vitest';
import * as client from '../../client/protocol.ts';
import { type AgentParams, agentRequest } from '../../server/protocol.ts';
import type { ToolAnswer } from '../../shared/agents/answers.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { startInProcess } from './testClient.ts';

const uri = 'file:///work/pod.yaml';
const manifest = { name: 'pod.yaml', uri };

async function asked(
  params: AgentParams,
  text = BARE_POD,
  files: ReadonlyMap<string, string> = new Map(),
): Promise<ToolAnswer> {
  const session = await startInProcess({ folders: ['file:///work'], files });
  session.open(uri, text);
  const answer = await session.connection.sendRequest(agentRequest, params);
  await session.stop();
  return answer;
}

describe('an agent', () => {
  test('asks by the same name on both sides', () => {
    expect(client.agentRequest).toBe(agentRequest.method);
  });

  test('is told what a document misses, and what of it can be fixed', async () => {
    const answer = await asked({ tool: 'check_file', manifest });
    expect(answer).toMatchObject({ ok: true, data: { documents: 1, workloads: 1 } });
    expect(answer.ok && answer.text).toMatch(/^pod\.yaml: 1 workload, \d+ findings\.\n\d+:\d+ warning Pod /);
    expect(answer.ok && answer.text).toMatch(/\[seccomp\/missing, fix to review\]/);
    const hardened = await asked({ tool: 'check_file', manifest }, HARDENED_POD);
    expect(hardened.ok && hardened.text).toMatch('Nothing is missed.');
  });

  test('gets the hardened text and a diff', async () => {
    const answer = await asked({ tool: 'harden_workload', manifest, wishes: {} });
    expect(answer).toMatchObject({ ok: true, data: { remaining: 0 } });
    expect(answer.ok && answer.text).toMatch('--- a/pod.yaml\n+++ b/pod.yaml\n');
    const text = answer.ok ? String(answer.data?.text) : '';
    const again = await asked({ tool: 'check_file', manifest: { name: 'it', text } });
    expect(again.ok && again.text).toMatch('Nothing is missed.');
  });

  test('gets an explanation', async () => {
    const answer = await asked({ tool: 'explain_finding', code: 'seccomp/missing' });
    expect(answer.ok && answer.text).toMatch(/^seccomp\/missing \(warning\): /);
  });

  test.each<[AgentParams, string, ReadonlyMap<string, string>, RegExp]>([
    [{ tool: 'explain_finding', code: 'luck' }, BARE_POD, new Map(), /There is no practice "luck"/],
    [
      { tool: 'check_file', manifest: { name: 'other.yaml', uri: 'file:///work/other.yaml' } },
      BARE_POD,
      new Map(),
      /other\.yaml is not open/,
    ],
    [
      { tool: 'harden_workload', manifest, wishes: { name: 'nobody' } },
      BARE_POD,
      new Map(),
      /There is no such workload in pod\.yaml/,
    ],
    [
      { tool: 'check_file', manifest },
      BARE_POD,
      new Map([['file:///work/.podproof.yaml', 'exclude: ["pod.yaml"]\n']]),
      /pod\.yaml is left out by pod\.yaml/,
    ],
  ])('is told what is wrong with %j', async (params, text, files, problem) => {
    const answer = await asked(params, text, files);
    expect(answer.ok ? answer.text : answer.problem).toMatch(problem);
    expect(answer.ok).toBe(false);
  });
});
