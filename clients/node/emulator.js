// Runs liveconnectd for a test.

import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';

const here = import.meta.dirname;

/** The application of ../accounts.json. */
export const application = {id: '000000004c043705', secret: 'O9L3tC4ecrCdLDaNsNC3m4mdiBm9gYi4'};

/** The first account of ../accounts.json. */
export const roberto = {id: '8c8ce076ca27823f', name: 'Roberto Tamburello', email: 'roberto@contoso.com'};

/**
 * Starts liveconnectd, which ends with the test. LIVECONNECTD names the program; otherwise it is built.
 * What is returned is the line that it prints, and a few calls.
 */
export async function startEmulator(t, ...flags) {
  const dir = mkdtempSync(join(tmpdir(), 'liveconnectd-'));
  let program = process.env.LIVECONNECTD;
  if (!program) {
    program = join(dir, 'liveconnectd');
    execFileSync('go', ['build', '-o', program, './cmd/liveconnectd'], {cwd: join(here, '..', '..'), stdio: 'inherit'});
  }
  const child = spawn(program, [
    '-addr', '127.0.0.1:0', '-accounts', join(here, '..', 'accounts.json'), '-ca', join(dir, 'ca.pem'), ...flags,
  ], {stdio: ['ignore', 'pipe', 'ignore']});
  t.after(async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(dir, {recursive: true, force: true});
  });
  const [line] = await Promise.race([
    once(createInterface({input: child.stdout}), 'line'),
    once(child, 'exit').then(([code]) => { throw new Error(`liveconnectd ended with ${code}`); }),
  ]);
  const emulator = JSON.parse(line);
  return {
    ...emulator,

    /** The request log as lines: verb, path, endpoint, status. */
    async requests() {
      const answer = await fetch(`${emulator.control}/requests`);
      const {requests} = await answer.json();
      return requests;
    },

    /** Forgets the requests so far. */
    async forget() {
      await fetch(`${emulator.control}/requests`, {method: 'DELETE'});
    },
  };
}

/** A request of the log in one line. */
export function lineOf(request) {
  return `${request.method} ${request.path} ${request.endpoint} ${request.status}`;
}
