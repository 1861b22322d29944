// Loaded before the program (node --require): everything that leaves the process is denied, and noted in the file that DENIED_LOG names.
const { appendFileSync } = require('node:fs');

function deny(holder, name, what) {
  holder[name] = () => {
    appendFileSync(process.env.DENIED_LOG, `${what}\n`);
    throw new Error(`${what} is denied`);
  };
}

deny(require('node:net').Socket.prototype, 'connect', 'a connection');
deny(require('node:net').Server.prototype, 'listen', 'a listening socket');
for (const name of ['lookup', 'resolve']) deny(require('node:dns'), name, 'a name lookup');
deny(require('node:dgram'), 'createSocket', 'a datagram socket');
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  deny(require('node:child_process'), name, 'a program');
}
globalThis.fetch = () => {
  appendFileSync(process.env.DENIED_LOG, 'a request\n');
  throw new Error('a request is denied');
};
