/**
 * The proxy for tests that run in another process: `node proxyProcess.js HOST:PORT` prints its port;
 * then it takes `cut`, `restore` and `loseAnswers` a line each, and says `done` after each.
 */
import { createInterface } from 'node:readline';
import { TcpProxy } from './proxy.js';

const [host = '', port = ''] = (process.argv[2] ?? '').split(':');
const proxy = new TcpProxy({ host, port: Number(port) });
await proxy.restore();
console.log(proxy.port);
for await (const command of createInterface({ input: process.stdin })) {
  if (command !== 'cut' && command !== 'restore' && command !== 'loseAnswers') {
    throw new Error(`${command} is none of cut, restore, loseAnswers`);
  }
  await proxy[command]();
  console.log('done');
}
process.exit();
