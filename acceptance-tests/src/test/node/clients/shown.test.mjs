import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { StreamRelay } from '@stream-relay/client';
import { transform } from 'esbuild';
import { cuttingProxy } from './cutting-proxy.mjs';

/*
 * Runs the blocks of clients.md but those in Java: JavaScript through a connection that is cut in the
 * middle of an event, all else as it is. Each must tell the whole story.
 */
const GATEWAY = process.env.GATEWAY;
const DOCUMENTED = 'http://127.0.0.1:8080';
const run = promisify(execFile);

const document = readFileSync(new URL('./clients.md', import.meta.url), 'utf8');
const blocks = (language) =>
  Array.from(document.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs')), ([, block]) => block);

const relay = new StreamRelay({ url: GATEWAY });
const storyOf = async (model) => (await relay.send(`shown-${model}`, { message: 'Tell me a story', model })).text();
const MODEL = 'demo-t60-i20-f50';
const expected = await storyOf(MODEL);
assert.ok(expected.length > 200);

function written(name, text) {
  const file = new URL(`./shown-${name}`, import.meta.url);
  writeFileSync(file, text);
  return file.pathname;
}

/** Through a cut of the first stream of each address: the command has to tell the story. */
async function told(name, block, command, story = expected, cuts = 1) {
  const proxy = await cuttingProxy(GATEWAY, [{ blocks: 5, bytes: 20 }]);
  const file = written(`${name}.mjs`, block.replaceAll(DOCUMENTED, proxy.url));
  const { stdout, stderr } = await run('node', command(file), { timeout: 60_000 });
  assert.equal(stdout, `${story}\n`, `${name}: ${stderr}`);
  assert.equal(proxy.cut(), cuts, `${name} wasn't cut`);
  proxy.close();
}

/** A response is asked for at one address, and gone on with at another. */
const cutsOf = (block) => (block.includes('client.responses') ? 2 : 1);
const scripts = blocks('js').map((block, number) =>
  told(`script-${number}`, `import './page.mjs';\n${block}`, (file) => [file], expected, cutsOf(block)),
);

/** Longer, so that it still runs when it is gone on with. */
const components = blocks('jsx').map(async (block, number) => {
  const story = await storyOf('demo-t400-i0-f0');
  const longer = block.replaceAll(MODEL, 'demo-t400-i20-f0');
  const { code } = await transform(longer, { loader: 'jsx', jsx: 'automatic' });
  await told(`component-${number}`, code, (file) => ['shown-chat.mjs', file, `${story.length}`], story, 2);
});

const commands = (async () => {
  const [story, resumed, ...others] = blocks('sh');
  assert.equal(others.length, 0);
  const saidBy = async (command) => (await run('sh', ['-c', command.replaceAll(DOCUMENTED, GATEWAY)])).stdout;
  const whole = await saidBy(story);
  assert.match(whole, /event: end\n/);
  const rest = (await saidBy(resumed)).replace(/^retry: \d+\n\n/, '');
  assert.match(rest, /^event: text\ndata: .*\nid: 2-4\n/);
  assert.ok(whole.endsWith(rest));
})();

/** With a stand-in for the SDK, which isn't here: the gateway has to take what is sent. What can come back is cut. */
const programs = blocks('python').map(async (block, number) => {
  const cuts = block.includes('client.responses') ? [{ blocks: 5, bytes: 20 }] : [];
  const proxy = await cuttingProxy(GATEWAY, cuts);
  const file = written(`program-${number}.py`, block.replaceAll(DOCUMENTED, proxy.url));
  const env = { ...process.env, PYTHONPATH: new URL('./python', import.meta.url).pathname };
  try {
    const { stdout } = await run('python3', [file], { timeout: 60_000, env });
    assert.equal(stdout, `${expected}\n`);
    assert.equal(proxy.cut(), 2 * cuts.length);
  } catch (failure) {
    if (failure.code !== 'ENOENT') throw failure;
    console.log('python3 is missing: its block was not run');
  }
  proxy.close();
});

assert.deepEqual([scripts, components, programs].map(({ length }) => length), [7, 1, 2]);
await Promise.all([...scripts, ...components, commands, ...programs]);
process.exit(0);
