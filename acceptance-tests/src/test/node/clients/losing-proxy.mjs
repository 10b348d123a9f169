import http from 'node:http';

/**
 * Stands before a gateway, and loses the first answers: each request gets there, and is under way,
 * when its connection breaks before a byte of the answer came.
 *
 * @param gateway its URL
 * @param losses how many answers are lost
 * @return {url, turns, close}; `turns` are those of all answers, lost or not, in order
 */
export async function losingProxy(gateway, losses) {
  const turns = [];
  const server = http.createServer((asked, answer) => {
    const { host, ...headers } = asked.headers;
    const options = { method: asked.method, headers, agent: false };
    const request = http.request(gateway + asked.url, options, (response) => {
      turns.push(response.headers['x-relay-turn']);
      if (turns.length <= losses) {
        answer.destroy();
        request.destroy();
        return;
      }
      answer.writeHead(response.statusCode, response.headers);
      response.pipe(answer);
    });
    request.on('error', () => answer.destroy());
    answer.on('close', () => request.destroy());
    asked.pipe(request);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    turns,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
