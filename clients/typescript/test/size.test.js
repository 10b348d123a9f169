import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';

test('the minified client is below 6 KB', () => {
  const { size } = statSync(new URL('../dist/bundle.min.js', import.meta.url));

  assert.ok(size < 6000, `${size} bytes`);
});
