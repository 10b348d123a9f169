import http from 'node:http';

const BLOCK_END = '\n\n';

/**
 * Stands before a gateway, and cuts the first streams of each address, whatever its query, in the middle of a block.
 *
 * @param gateway its URL
 * @param cuts one for each stream that is cut, in order: {blocks, bytes}, how much of it passes,
 *     counted from its beginning; bytes below 0 count from the end of the block that is cut
 * @return {url, cut, close}; `cut` tells how often it has cut so far
 */
export async function cuttingProxy(gateway, cuts) {
  const streams = new Map();
  let cut = 0;
  const server = http.createServer((asked, answer) => {
    const { host, ...headers } = asked.headers;
    const request = http.request(
      gateway + asked.url,
      { method: asked.method, headers, agent: false },
      (response) => {
        answer.writeHead(response.statusCode, response.headers);
        const isStream = response.headers['content-type']?.startsWith('text/event-stream');
        const [address] = asked.url.split('?');
        const number = streams.get(address) ?? 0;
        if (!isStream || number >= cuts.length) {
          response.pipe(answer);
          return;
        }
        streams.set(address, number + 1);
        let seen = '';
        let passed = 0;
        let isCut = false;
        response.setEncoding('latin1').on('data', (piece) => {
          seen += piece;
          const end = endOf(seen, cuts[number]);
          const whole = seen.lastIndexOf(BLOCK_END) + BLOCK_END.length;
          const now = Math.max(passed, end ?? whole);
          answer.write(seen.slice(passed, now), 'latin1', () => {
            if (end !== undefined) {
              answer.destroy();
              request.destroy();
            }
          });
          passed = now;
          if (end !== undefined) {
            cut++;
            isCut = true;
            response.removeAllListeners('data').resume();
          }
        });
        response.on('end', () => {
          if (!isCut) answer.end(); // else it would look whole, where the rest came with what is cut
        });
      },
    );
    request.on('error', () => answer.destroy());
    answer.on('close', () => request.destroy());
    asked.pipe(request);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut: () => cut,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Where what was seen is to be cut; undefined: the block isn't whole yet. */
function endOf(seen, { blocks, bytes }) {
  let from = 0;
  for (let block = 0; block < blocks; block++) {
    const end = seen.indexOf(BLOCK_END, from);
    if (end < 0) {
      return undefined;
    }
    from = end + BLOCK_END.length;
  }
  const next = seen.indexOf(BLOCK_END, from);
  if (next < 0) {
    return undefined;
  }
  return bytes < 0 ? next + BLOCK_END.length + bytes : from + bytes;
}
