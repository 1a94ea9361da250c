// Checks KQL queries against the tables in schema.json by Microsoft's own language service. Standard input is an array
// of { name, query }; prints what is wrong, one a line.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

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

for (const { name, query } of JSON.parse(await text(process.stdin))) {
  const code = KustoCode.ParseAndAnalyze(query, globals);
  const found = code.GetDiagnostics();
  for (let i = 0; i < found.Count; i++) {
    const { Code, Message, Severity, Start } = found.getItem(i);
    console.log(`${name}: ${Severity} ${Code} at ${Start}: ${Message}`);
  }
}
