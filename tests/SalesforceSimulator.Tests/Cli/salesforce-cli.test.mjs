// Runs Salesforce's own command line, which knows nothing of this project, against the simulator.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const url = process.env.SALESFORCE_SIMULATOR_URL;
if (!url) {
  throw new Error('SALESFORCE_SIMULATOR_URL is not set');
}

const program = fileURLToPath(new URL('node_modules/@salesforce/cli/bin/run.js', import.meta.url));
const query = 'SELECT External_Id__c, Name, Description FROM Account WHERE External_Id__c LIKE \'cli-%\' ORDER BY External_Id__c';

let home;
let token;

/** Runs a command, and tells what it prints. It asks nobody outside, and keeps nothing. */
const sf = (...command) => new Promise((resolve, reject) => {
  const env = {
    PATH: process.env.PATH, HOME: home, SF_ACCESS_TOKEN: token, SF_ORG_API_VERSION: '67.0', SF_DISABLE_TELEMETRY: 'true',
    SF_AUTOUPDATE_DISABLE: 'true', SF_SKIP_NEW_VERSION_CHECK: 'true', SFDX_DISABLE_DNS_CHECK: 'true',
  };
  execFile(process.execPath, [program, ...command, '--json'], { env, cwd: home }, (_, stdout, stderr) => {
    try {
      resolve(JSON.parse(stdout));
    } catch {
      reject(new Error(stdout + stderr));
    }
  });
});

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'salesforce-cli-'));
  const response = await fetch(`${url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'local-client-id', client_secret: 'local-client-secret' }),
  });
  token = (await response.json()).access_token;
  const { status, result } = await sf('org', 'login', 'access-token', '--instance-url', url, '--no-prompt', '--alias', 'simulated', '--set-default');
  assert.equal(status, 0, JSON.stringify(result));
});

after(() => rm(home, { recursive: true, force: true }));

test('import bulk, then export bulk of the same rows', async () => {
  const csv = 'External_Id__c,Name,Description\ncli-1,"A, with ""quotes""","first\nsecond"\ncli-2,Jäger 😀,=1+1\n';
  await writeFile(join(home, 'accounts.csv'), csv);

  const imported = await sf('data', 'import', 'bulk', '--file', 'accounts.csv', '--sobject', 'Account', '--line-ending', 'LF', '--wait', '2');
  const exported = await sf('data', 'export', 'bulk', '--query', query, '--output-file', 'exported.csv', '--result-format', 'csv', '--wait', '2');

  assert.equal(imported.status, 0, JSON.stringify(imported));
  assert.deepEqual(
    { ...imported.result, jobId: imported.result.jobId.slice(0, 3) },
    { jobId: '750', processedRecords: 2, successfulRecords: 2, failedRecords: 0 });
  assert.equal(exported.result.totalSize, 2, JSON.stringify(exported));
  assert.equal(
    await readFile(join(home, 'exported.csv'), 'utf8'),
    '"External_Id__c","Name","Description"\n"cli-1","A, with ""quotes""","first\nsecond"\n"cli-2","Jäger 😀","=1+1"\n');
});

test('rows that are refused are told', async () => {
  await writeFile(join(home, 'refused.csv'), 'Name,NumberOfEmployees\nA,1\nB,-1\n');

  const { status, data } = await sf('data', 'import', 'bulk', '--file', 'refused.csv', '--sobject', 'Account', '--line-ending', 'LF', '--wait', '2');

  const { result } = await sf('data', 'bulk', 'results', '--job-id', data.jobId);

  assert.notEqual(status, 0);
  assert.deepEqual([result.status, result.processedRecords, result.successfulRecords, result.failedRecords], ['JobComplete', 2, 1, 1], JSON.stringify(result));
  const failed = await readFile(join(home, result.failedFilePath), 'utf8');
  assert.match(failed, /FIELD_CUSTOM_VALIDATION_EXCEPTION.*"B","-1"/);
});
