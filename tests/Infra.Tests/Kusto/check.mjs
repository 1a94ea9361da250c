// Checks KQL queries against the tables in schema.json by Microsoft's own language service. Each line of standard input is an
// array of { name, query }, and is answered by a line: what is wrong, one a line, as a JSON string.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
// They make the globals Bridge and Kusto.
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const { GlobalState, KustoCode } = Kusto.Language;
const { DatabaseSymbol, TableSymbol } = Kusto.Language.Symbols;

const schema = JSON.parse(readFileSync('schema.json', 'utf8'));
const tables = Object.entries(schema.tables).map(([name, columns]) => {
  const all = { ...columns, ...(schema.shared[name] ? schema.sharedColumns : {}) };
  return TableSymbol.From(`(${Object.entries(all).map(([column, type]) => `${column}: ${type}`).join(', ')})`).WithName(name);
});
const globals = GlobalState.Default.WithDatabase(new DatabaseSymbol.$ctor1('workspace', tables));

function check({ name, query }) {
  const found = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, i) => {
    const { Code, Message, Severity, Start } = found.getItem(i);
    return `${name}: ${Severity} ${Code} at ${Start}: ${Message}`;
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(JSON.parse(line).flatMap(check).join('\n')));
}
