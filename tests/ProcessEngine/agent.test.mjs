// The tools of an AI agent: what a language model fills in, and what the modeler has fixed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, beforeEach, describe, test } from 'node:test';
import { BpmnModdle } from 'bpmn-moddle';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json' with { type: 'json' };
import { admin, elementTemplate, operations, requestsDuring, salesforce, secrets } from './lib/environment.mjs';
import { choicesOf, filled, idOf } from './lib/example-form.mjs';
import { feel, mapInputs } from './lib/feel.mjs';
import { runJob } from './lib/job.mjs';
import { lint } from './lib/lint.mjs';
import { applyTemplate, readTask, reapplyTemplate } from './lib/modeler.mjs';
import { payloads } from './lib/openapi.mjs';

const example = readFileSync(new URL('../../functions/Camunda/salesforce-agent.bpmn', import.meta.url), 'utf8');

// As Camunda evaluates it when a tool is called: the value that the model gave.
const fromAi = (value, description, type) => value;

let tools;

before(async () => {
  const { elementsById } = await new BpmnModdle({ zeebe }).fromXML(example);
  tools = Object.fromEntries(elementsById.agent.flowElements.map(task => [task.id, { ...readTask(task), element: task }]));
});

beforeEach(() => admin('DELETE', 'faults'));

/** What the agent's connector tells the model of a tool's parameters. */
function parametersOf({ inputs }) {
  const names = [...new Set(inputs.flatMap(({ source }) => [...(source ?? '').matchAll(/fromAi\(toolCall\.(\w+)/g)].map(([, name]) => name)))];
  const toolCall = Object.fromEntries(names.map(name => [name, name]));
  const parameters = {};
  mapInputs(inputs, { toolCall, fromAi: (name, description, type) => { parameters[name] = { description, type }; return name; } });
  return parameters;
}

const call = (id, toolCall) => requestsDuring(() => runJob(tools[id], { toolCall, fromAi }, { secrets }));

test('the example is as the template makes it', async () => {
  assert.equal(await reapplyTemplate(elementTemplate, example), example);
});

test('each tool has a description, no flow that leads to it, and parameters that are described', () => {
  assert.deepEqual(
    Object.fromEntries(Object.entries(tools).map(([id, tool]) => [id, Object.keys(parametersOf(tool))])),
    { Find_accounts: ['name'], Open_cases: ['accountId'], Create_case: ['accountId', 'subject', 'description', 'priority'] });
  for (const { element, ...tool } of Object.values(tools)) {
    assert.ok(element.documentation[0].text.length > 20);
    assert.equal(element.incoming, undefined);
    for (const { description, type } of Object.values(parametersOf(tool))) {
      assert.ok(description.length > 10);
      assert.equal(type, 'string');
    }
  }
});

test('an agent finds an account, sees its open cases and creates one', async () => {
  const { result: found } = await call('Find_accounts', { name: 'Express Log' });
  assert.equal(found.error, null, JSON.stringify(found));
  const [account] = found.variables.toolCallResult;
  assert.equal(account.name, 'Express Logistics and Transport');

  const { result: created } = await call('Create_case', { accountId: account.id, subject: 'No power', description: 'Since Monday', priority: 'High' });
  assert.equal(created.error, null, JSON.stringify(created));
  const record = await salesforce('GET', `sobjects/Case/${created.variables.toolCallResult.caseId}`);
  assert.deepEqual([record.AccountId, record.Subject, record.Origin], [account.id, 'No power', 'Web']);

  const { result: open } = await call('Open_cases', { accountId: account.id });
  assert.ok(open.variables.toolCallResult.some(one => one.subject === 'No power' && one.priority === 'High'), JSON.stringify(open));
});

test('what a model makes up stays a value', async () => {
  const { result, calls } = await call('Find_accounts', { name: 'x\' OR Name LIKE \'%' });
  assert.deepEqual(result.variables.toolCallResult, []);
  assert.match(calls[0].query.q, /WHERE Name LIKE '%x\\' OR Name LIKE \\'\\%%' ORDER BY Name LIMIT 10$/);
});

test('a refusal is a result that the model can read, and a pause is waited for', async () => {
  const { result: refused } = await call('Create_case', { accountId: 'nonsense', subject: 'x', description: 'x', priority: 'Low' });
  assert.equal(refused.error.errorType, 'ignoreError');
  assert.match(refused.error.variables.toolCallResult.error, /MALFORMED_ID/);

  await admin('POST', 'faults', [{ path: '/services/data/**', status: 503, errorCode: 'SERVER_UNAVAILABLE' }]);
  const { result: pausing } = await call('Find_accounts', { name: 'x' });
  assert.deepEqual([pausing.error.errorType, pausing.error.retries], ['jobError', 2]);
});

test('Camunda\'s linter has nothing to say', async () => {
  // From 8.10 on it wants secrets written in another way, which the versions before do not know.
  for (const version of ['8.8', '8.9']) {
    assert.deepEqual(await lint(example.replace('executionPlatformVersion="8.8.0"', `executionPlatformVersion="${version}.0"`), version), [], version);
  }
});

// What an input of the tool is filled with. Secrets are nothing that a model knows, and the key and address of the app neither;
// Camunda looks for fromAi in inputs, and not in headers (result, errors) and retries.
const isForModel = ({ feel: takes, binding, group }) =>
  ['optional', 'required'].includes(takes) && binding.type === 'zeebe:input' && !['authentication', 'connector'].includes(group);

const description = field => `What ${field.label} is`;
const expressionOf = (field, name) => `=fromAi(toolCall.${name}, "${description(field)}", "string")`;

describe('every field that takes an expression takes a value of the model', () => {
  const conditions = ({ condition }) => condition?.allMatch ?? (condition ? [condition] : []);

  for (const operation of operations) {
    test(operation, async () => {
      const fields = elementTemplate.properties.filter(property => isForModel(property)
        && conditions(property).filter(one => one.property === 'operation').every(one => (one.oneOf ?? [one.equals]).includes(operation)));
      assert.ok(fields.some(field => field.id === 'baseUrl') && fields.some(field => field.id === 'apiVersion'));
      for (const field of fields) {
        const expression = expressionOf(field, 'value');
        if (field.constraints?.pattern) {
          assert.match(expression, new RegExp(field.constraints.pattern.value ?? field.constraints.pattern), field.id);
        }
        const { inputs } = await applyTemplate(elementTemplate, { operation, ...Object.fromEntries(choicesOf(field)), [field.id]: expression });
        const mapping = inputs.find(({ source }) => source === expression);
        assert.equal(mapping?.target, field.binding.name, field.id);
        assert.deepEqual(parametersOf({ inputs: [mapping] }), { value: { description: description(field), type: 'string' } });
        assert.equal(feel(expression, { toolCall: { value: 'x' }, fromAi }), 'x');
      }
    });

    test(`${operation}: what a model fills in is what is sent, and the connector takes it`, async () => {
      const payload = await payloads[idOf(operation)]();
      const [values, toolCall] = [{}, {}];
      for (const { property, value } of filled(operation, payload)) {
        Object.assign(values, Object.fromEntries(choicesOf(property)));
        if (isForModel(property)) {
          const name = property.id.replaceAll(/\W/g, '_');
          [values[property.id], toolCall[name]] = [expressionOf(property, name), value];
        } else {
          // A list to choose from has its values as expressions where they are no texts.
          values[property.id] = property.type === 'Dropdown' && typeof value === 'boolean' ? `=${value}` : value;
        }
      }
      const key = elementTemplate.properties.find(({ id, condition }) =>
        id === 'idempotencyKey' && conditions({ condition }).some(one => (one.oneOf ?? [one.equals]).includes(operation)));
      Object.assign(values, { apiVersion: expressionOf({ label: 'API version' }, 'apiVersion') }, key && { idempotencyKey: expressionOf(key, 'key') });
      Object.assign(toolCall, { apiVersion: 'v67.0', key: crypto.randomUUID() });

      const task = await applyTemplate(elementTemplate, { operation, ...values });
      const { body, headers } = mapInputs(task.inputs, { toolCall, fromAi });
      for (const { value, path } of filled(operation, payload)) {
        assert.deepEqual(path.split('.').slice(1).reduce((at, name) => at[name], body), value, path);
      }
      assert.equal(body.apiVersion, 'v67.0');
      assert.equal(headers?.['Idempotency-Key'], key && toolCall.key);
      assert.ok(Object.keys(parametersOf(task)).includes('apiVersion'));

      const { response, error } = await runJob(task, { toolCall, fromAi }, { secrets });
      assert.equal(error, null, JSON.stringify(error));
      assert.ok(response.status < 300);
    });
  }
});
