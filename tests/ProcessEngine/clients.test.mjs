// Clients that others' generators make of the documents: types checked, compiled, and used against the connector.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import esbuild from 'esbuild';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { connectorKey, connectorUrl } from './lib/environment.mjs';

const { generate } = createRequire(import.meta.url)('openapi-typescript-codegen');
const document = name => new URL(`../../functions/OpenApi/${name}`, import.meta.url);
const path = name => fileURLToPath(new URL(name, import.meta.url));

/** Checks a program's types, compiles it, and runs it against the connector. */
async function run(name) {
  const program = ts.createProgram([path(`lib/${name}.ts`)], {
    strict: true, noEmit: true, skipLibCheck: true, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], types: [],
  });
  assert.deepEqual(ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')), []);

  const outfile = path(`obj/${name}.mjs`);
  await esbuild.build({ entryPoints: [path(`lib/${name}.ts`)], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  const { use } = await import(pathToFileURL(outfile));
  return use(`${connectorUrl}/api`, connectorKey);
}

test('openapi.json: openapi-typescript and openapi-fetch', async () => {
  await mkdir(path('obj'), { recursive: true });
  await writeFile(path('obj/openapi.d.ts'), astToString(await openapiTS(document('openapi.json'))));
  assert.deepEqual(await run('client'), [
    'created 201 true', 'updated true', 'found 1', 'got TypeScript', 'deleted true', 'refused REQUIRED_FIELD_MISSING false',
  ]);
});

test('openapi-v2.json: openapi-typescript-codegen', async () => {
  await generate({ input: fileURLToPath(document('openapi-v2.json')), output: path('obj/openapi-v2'), httpClient: 'fetch' });
  assert.deepEqual(await run('client-v2'), [
    'created true', 'updated true', 'found 1', 'got TypeScript 2', 'deleted true', 'refused 400 REQUIRED_FIELD_MISSING',
  ]);
});
