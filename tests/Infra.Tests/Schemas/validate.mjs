// Checks JSON documents against the schemas in this folder. Each line of standard input is { schema, document }, the file's name
// and a text, and is answered by a line: what is wrong, one a line, as a JSON string.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import Ajv from 'ajv';
import Ajv2019 from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';

const validators = new Map();

function compile(file) {
  const schema = JSON.parse(readFileSync(file, 'utf8'));
  const ajv = new (schema.$schema.includes('2019-09') ? Ajv2019 : Ajv)({ strict: false, allErrors: true });
  addFormats(ajv);

  // Schemas of azd's extensions, which none of our documents uses.
  const others = JSON.stringify(schema).matchAll(/"\$ref":"(https:[^"#]+)/g);
  for (const url of new Set([...others].map(match => match[1]))) {
    ajv.addSchema({ $id: url });
  }

  const validate = ajv.compile(schema);
  return document => validate(document) ? '' : ajv.errorsText(validate.errors, { separator: '\n' });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { schema, document } = JSON.parse(line);
  if (!validators.has(schema)) {
    validators.set(schema, compile(schema));
  }
  console.log(JSON.stringify(validators.get(schema)(JSON.parse(document))));
}
