import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newDatabase } from './postgres.mjs';

const binary = process.env.GUICHE_BIN ?? fileURLToPath(new URL('../bin/guiche', import.meta.url));

// startGuiche runs `guiche demo` on a free port with an empty folder and waits until it is ready.
// engine is 'sqlite' or 'postgres'. Returns { origin, data, database, log(), stop() }; database is its address, of PostgreSQL only.
export async function startGuiche({ engine = 'sqlite' } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'guiche-e2e-'));
  const address = `127.0.0.1:${await freePort()}`;
  const args = ['demo', '--addr', address, '--data', data];
  const database = engine === 'postgres' ? newDatabase() : '';
  if (database) args.push('--database-url', database);
  const program = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (text) => (log += text));
  const site = { origin: `http://${address}`, data, database, log: () => log, stop: () => stop(program, data) };
  await ready(program, site);
  return site;
}

async function ready(program, site) {
  let ended = '';
  program.on('error', (error) => (ended = error.message));
  program.on('exit', (code) => (ended = `exit ${code}`));
  for (let tries = 0; tries < 600 && !ended; tries++) {
    const answer = await fetch(`${site.origin}/saude/pronto`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  await site.stop();
  throw new Error(`${binary} did not get ready (${ended || '30 s passed'}):\n${site.log()}`);
}

async function stop(program, data) {
  if (program.pid && program.exitCode === null && program.signalCode === null) {
    const gone = new Promise((resolve) => program.once('exit', resolve));
    program.kill('SIGTERM');
    const late = setTimeout(() => program.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(late);
  }
  rmSync(data, { recursive: true, force: true });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
