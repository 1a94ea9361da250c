// Checks the JSON document on standard input against the schema in the file named; prints what is wrong, one a line.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import Ajv from 'ajv';
import Ajv2019 from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';

const schema = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const ajv = new (schema.$schema.includes('2019-09') ? Ajv2019 : Ajv)({ strict: false, allErrors: true });
addFormats(ajv);

// Schemas of azd's extensions, which none of our documents uses.
const others = JSON.stringify(schema).matchAll(/"\$ref":"(https:[^"#]+)/g);
for (const url of new Set([...others].map(match => match[1]))) {
  ajv.addSchema({ $id: url });
}

const validate = ajv.compile(schema);
if (!validate(JSON.parse(await text(process.stdin)))) {
  console.log(ajv.errorsText(validate.errors, { separator: '\n' }));
  process.exitCode = 1;
}
