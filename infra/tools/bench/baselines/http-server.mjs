// The bare limit: a server that checks the signature of a bet, parses it and answers; nothing else. No code of the project.
// node http-server.mjs <secret>     prints its port
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const [secret = ''] = process.argv.slice(2);

function isSigned({ headers, method, url }, body) {
  const signed = createHmac('sha256', secret).update(`${headers['x-timestamp']}.${method}.${url}.`).update(body);
  const expected = signed.digest();
  const given = Buffer.from(String(headers['x-signature']), 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const { transaction_id, currency } = JSON.parse(body.toString());
    response.writeHead(isSigned(request, body) ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ transaction_id, balance: { cash: '1000.00', bonus: '0.00', currency } }));
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
// Whoever started it holds its standard input.
process.stdin.on('end', () => process.exit(0)).resume();
