/** Report: the record of a run as a page with its tables, and as a picture. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** Targets, in milliseconds: p50 and p99 of a keystroke, and how many times faster than the peer. */
const TARGETS = {
  a: { p50: 1, p99: 5, ratio: 3 },
  b: { p50: 1, p99: 6, ratio: 20 },
  c: { p50: 3, p99: 10, ratio: 50 },
  d: { p50: 5, p99: 20, ratio: 50 },
  e: { p50: 6, p99: 20, ratio: 150 },
};

export function writePage(record, project) {
  writeFileSync(path.join(project, 'docs/performance.md'), pageOf(record));
  if (Object.keys(record.keys).length > 0)
    writeFileSync(path.join(project, 'docs/performance.svg'), pictureOf(record));
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function times(summary) {
  return summary === undefined ? 'not measured' : `${summary.p50} / ${summary.p99}`;
}

function ratioOf(peer, ours) {
  if (peer === undefined || ours === undefined) return '';
  return `${Number((peer.p50 / ours.p50).toPrecision(2))}x`;
}

function pageOf(record) {
  const { machine, versions, inputs } = record;
  const [peer, validator] = Object.entries(versions);
  const ids = Object.keys(inputs);
  const parts = [
    '# How fast Podproof is',
    [
      'Written by `npm run bench`, which measures the built server and command line beside their peers in the same run. Inputs come from a',
      'seed (`test/bench/inputs.mjs`) and their hashes are checked. The ratios say more than the times: a machine that does other work at',
      'the same time, as a load above the number of cores shows, is slower by as much for all of them. Servers are started as the extension starts its',
      'own, and edits come when the other server is at rest.',
    ].join('\n'),
    `Node ${machine.node}, ${machine.cores} cores (${machine.cpu}), ${machine.memory} GB; load ${machine.load.join(', ')} before and ${(machine.loadAfter ?? []).join(', ')} after. Peers: ${peer.join(' ')}, ${validator.join(' ')}.`,
    table(
      ['input', 'what', 'characters', 'sha256'],
      ids.map((id) => [id, inputs[id].title, inputs[id].length, `\`${inputs[id].sha256.slice(0, 16)}…\``]),
    ),
  ];
  if (Object.keys(record.keys).length > 0) {
    parts.push(
      '## A keystroke',
      `From the change to the answer received over stdio, p50 / p99 in milliseconds, over ${record.edits} edits: ${'60 % characters of values, 15 % line breaks and indentation, 10 % quotes and brackets opened and closed, 5 % `---`, 10 % pastes of 2 to 20 KB'}. The peer’s debounce of 200 ms is taken off its times. Processor is what the server’s main thread takes of it, which other work on the machine and the way to the client do not add to. Memory is what the processes take five seconds after the last edit.`,
      table(
        [
          'input',
          'Podproof',
          'target',
          'processor',
          'typed burst',
          peer[0],
          'ratio',
          'target',
          'memory, MB',
          'peer’s, MB',
        ],
        Object.entries(record.keys).map(([id, { ours, processor, peerNet, memory }]) => [
          id,
          times(ours),
          `${TARGETS[id].p50} / ${TARGETS[id].p99}`,
          times(processor),
          times(record.burst[id]),
          times(peerNet),
          ratioOf(peerNet, ours),
          `${TARGETS[id].ratio}x`,
          Math.round(memory.ours.now),
          Math.round(memory.peer.now),
        ]),
      ),
    );
  }
  if (Object.keys(record.start).length > 0) {
    parts.push(
      '## The start',
      'From the start of the process to its first diagnostics, p50 / p99 in milliseconds.',
      table(
        ['input', 'Podproof', peer[0], 'ratio', 'initialized', 'memory at most, MB', 'peer’s, MB'],
        Object.entries(record.start).map(([id, { ours, peerNet, initialize, memory }]) => [
          id,
          times(ours),
          times(peerNet),
          ratioOf(peerNet, ours),
          times(initialize.ours),
          Math.round(memory.ours.p50),
          Math.round(memory.peer.p50),
        ]),
      ),
    );
  }
  if (Object.keys(record.cli).length > 0) {
    parts.push(
      '## The command line',
      'Whole processes, p50 / p99 in milliseconds; the last columns judge the text again and again in one process, once both are warm.',
      table(
        [
          'input',
          '`node -e 0`',
          'text',
          'JSON',
          'documents/s',
          'memory, MB',
          'engine',
          validator[0],
          'ratio',
        ],
        Object.entries(record.cli).map(([id, one]) => [
          id,
          times(one.floor),
          times(one.text),
          times(one.json),
          one.documentsPerSecond,
          Math.round(one.memory),
          times(one.engine?.ours),
          times(one.engine?.validator),
          ratioOf(one.engine?.validator, one.engine?.ours),
        ]),
      ),
    );
    if (record.tree !== undefined) {
      const { files, text, json, memory } = record.tree;
      parts.push(
        `A tree of ${files} small files: text ${times(text)} ms, JSON ${times(json)} ms, ${Math.round(memory)} MB.`,
      );
    }
  }
  if (record.growth !== undefined) {
    parts.push(
      '## Growth',
      'Milliseconds that `podproof check` takes without its start, by the size of the text in thousands of characters.',
      table(
        ['family', 'time by size', 'memory at most, MB'],
        Object.entries(record.growth).map(([family, steps]) => [
          family,
          steps.map(({ size, time }) => `${size / 1000}: ${time}`).join(', '),
          Math.round(Math.max(...steps.map(({ memory }) => memory))),
        ]),
      ),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

/** Bars on a logarithmic scale: ours and the peer's, for each input. */
function pictureOf({ keys, inputs, versions }) {
  const rows = Object.entries(keys).filter(([, { peerNet }]) => peerNet !== undefined);
  const width = 760;
  const x = (time) => 205 + (Math.log10(Math.max(time, 0.1)) + 1) * 100;
  const bar = (at, time, color, label) =>
    `<rect x="205" y="${at}" width="${(x(time) - 205).toFixed(1)}" height="14" rx="2" fill="${color}"/>` +
    `<text x="${(x(time) + 6).toFixed(1)}" y="${at + 11}">${label}</text>`;
  const bars = rows.flatMap(([id, { ours, peerNet }], index) => {
    const at = 64 + index * 48;
    const size = inputs[id].length;
    const named = size < 1e6 ? `${Math.round(size / 1000)} KB` : `${(size / 1e6).toFixed(0)} MB`;
    return [
      `<text x="195" y="${at + 18}" text-anchor="end">${inputs[id].title}, ${named}</text>`,
      bar(at, ours.p50, '#2f7d4f', `${ours.p50} ms`),
      bar(at + 17, peerNet.p50, '#9aa0a6', `${peerNet.p50} ms`),
    ];
  });
  const [peer] = Object.entries(versions)[0];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${80 + rows.length * 48}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="20" y="26" font-size="15" font-weight="bold">From a keystroke to its diagnostics (median, logarithmic)</text>`,
    `<rect x="20" y="38" width="10" height="10" fill="#2f7d4f"/><text x="36" y="47">Podproof</text>`,
    `<rect x="110" y="38" width="10" height="10" fill="#9aa0a6"/><text x="126" y="47">${peer}, its debounce taken off</text>`,
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}
