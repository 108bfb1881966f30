// A PostgreSQL of its own for one test file: made on first use, gone when the file's process ends.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const debian = '/usr/lib/postgresql';
let folder;
let databases = 0;

// newDatabase returns the address of an empty database.
export function newDatabase() {
  folder ??= startServer();
  const name = `guiche${++databases}`;
  run('psql', ['-h', folder, '-U', 'postgres', '-qc', `CREATE DATABASE ${name}`]);
  return `postgres://postgres@/${name}?host=${encodeURIComponent(folder)}`;
}

// inDatabase does one SQL statement beside the running program, in the database with this address.
export function inDatabase(address, statement) {
  run('psql', ['-v', 'ON_ERROR_STOP=1', '-qc', statement, address]);
}

function startServer() {
  const dir = mkdtempSync(join(tmpdir(), 'guiche-pg-'));
  if (process.getuid() === 0) execFileSync('chown', ['postgres:', dir]);
  chmodSync(dir, 0o755);
  run('initdb', ['-D', join(dir, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N']);
  const settings = `-F -k ${dir} -c listen_addresses= -c full_page_writes=off -c synchronous_commit=off`;
  run('pg_ctl', ['-D', join(dir, 'data'), '-w', '-l', join(dir, 'log'), '-o', settings, 'start']);
  process.on('exit', () => {
    run('pg_ctl', ['-D', join(dir, 'data'), '-m', 'immediate', 'stop']);
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

// initdb and the server refuse root, so root acts as the user that Debian made for them.
function run(tool, args) {
  const command = [join(binaries(), tool), ...args];
  if (process.getuid() === 0) command.unshift('runuser', '-u', 'postgres', '--');
  execFileSync(command[0], command.slice(1), { cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] });
}

function binaries() {
  if (process.env.PG_BIN) return process.env.PG_BIN;
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => a - b) : [];
  if (!versions.length) throw new Error(`no PostgreSQL under ${debian}: run scripts/setup.sh, or name its folder in PG_BIN`);
  return join(debian, versions.at(-1), 'bin');
}
