// Reads queries, a JSON string a line, and answers each by the tree that a SOQL parser which none of us wrote makes of it,
// or by why it makes none. In and out, whatever is not ASCII is escaped.
import { createInterface } from 'node:readline';
import { parseQuery } from '@jetstreamapp/soql-parser-js';

function parse(query) {
  try {
    return { tree: parseQuery(query) };
  } catch (error) {
    return { error: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = JSON.stringify(parse(JSON.parse(line)));
  console.log(answer.replace(/[\u007f-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`));
}
