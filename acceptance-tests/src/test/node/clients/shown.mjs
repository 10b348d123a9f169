import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { StreamRelay } from '@stream-relay/client';
import { cuttingProxy } from './cutting-proxy.mjs';

/*
 * Runs every block of clients.md: JavaScript through a connection that is cut in the middle of an
 * event, commands as they are. Each must tell the whole story.
 */
const GATEWAY = process.env.GATEWAY;
const DOCUMENTED = 'http://127.0.0.1:8080';
const run = promisify(execFile);

const document = readFileSync(new URL('./clients.md', import.meta.url), 'utf8');
const blocks = (language) =>
  Array.from(document.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs')), ([, block]) => block);

const message = { message: 'Tell me a story', model: 'demo-t60-i20-f50' };
const expected = await (await new StreamRelay({ url: GATEWAY }).send('shown', message)).text();
assert.ok(expected.length > 200);

const scripts = blocks('js').map(async (block, number) => {
  const proxy = await cuttingProxy(GATEWAY, [{ blocks: 5, bytes: 20 }]);
  const file = new URL(`./shown-${number}.mjs`, import.meta.url);
  writeFileSync(file, `import './page.mjs';\n${block.replaceAll(DOCUMENTED, proxy.url)}`);
  const { stdout, stderr } = await run('node', [file.pathname], { timeout: 30_000 });
  assert.equal(stdout, `${expected}\n`, `block ${number}: ${stderr}`);
  assert.equal(proxy.cut(), 1, `block ${number} wasn't cut`);
  proxy.close();
});

const commands = (async () => {
  const [story, resumed, ...others] = blocks('sh');
  assert.equal(others.length, 0);
  const told = async (command) => (await run('sh', ['-c', command.replaceAll(DOCUMENTED, GATEWAY)])).stdout;
  const whole = await told(story);
  assert.match(whole, /event: end\n/);
  const rest = (await told(resumed)).replace(/^retry: \d+\n\n/, '');
  assert.match(rest, /^event: text\ndata: .*\nid: 2-4\n/);
  assert.ok(whole.endsWith(rest));
})();

assert.equal(scripts.length, 4);
await Promise.all([...scripts, commands]);
process.exit(0);
