// FEEL as Camunda's engine and its connectors evaluate it.
import { evaluate } from '@bpmn-io/feelin';

// What connectors add to FEEL for their error expressions.
const connectorFunctions = {
  bpmnError: (code, message, variables) => ({ errorType: 'bpmnError', code, message, variables }),
  jobError: (message, variables, retries, retryBackoff) => ({ errorType: 'jobError', message, variables, retries, retryBackoff: retryBackoff?.toString() }),
  ignoreError: variables => ({ errorType: 'ignoreError', variables }),
};

// FEEL's own in Camunda's engine that feelin lacks.
const engineFunctions = { uuid: () => crypto.randomUUID() };

/** @param expression With or without the equals sign that marks it. */
export function feel(expression, variables) {
  return plain(evaluate(expression.replace(/^=/, ''), { ...engineFunctions, ...connectorFunctions, ...variables }).value);
}

/**
 * Input mappings in the order of the diagram. A later one sees the targets of the earlier ones, over the variables of
 * the process; a text that is not marked as an expression is itself, or a number if it looks like one.
 * @returns The variables of the task alone.
 */
export function mapInputs(inputs, variables) {
  const local = {};
  for (const { source, target } of inputs) {
    const [root, ...rest] = target.split('.');
    const value = source?.startsWith('=') ? feel(source, layer(variables, local)) : literal(source);
    if (rest.length === 0) {
      local[root] = value;
    } else {
      local[root] = put(local[root] ?? {}, rest, value);
    }
  }
  return local;
}

/**
 * The same in 8.10, which has secrets and variables of its own: `camunda.secrets.X` stays that text while mappings are
 * evaluated, and gives way to the secret where the mapping that names it has put it, and nowhere else.
 * @param camunda `secrets`, and `vars` of the environment, by name.
 */
export function mapInputsWithSecrets(inputs, variables, { secrets, vars }) {
  const names = Object.keys(secrets);
  const local = mapInputs(inputs, {
    ...variables,
    camunda: { secrets: Object.fromEntries(names.map(name => [name, `camunda.secrets.${name}`])), vars: { env: vars } },
  });
  for (const { source, target } of inputs) {
    for (const name of names.filter(name => source?.startsWith('=') && source.includes(`camunda.secrets.${name}`))) {
      const path = target.split('.');
      const last = path.pop();
      const parent = path.reduce((at, part) => at[part], local);
      parent[last] = parent[last].replace(`camunda.secrets.${name}`, secrets[name]);
    }
  }
  return local;
}

/** The same as engines did it before: one context of all mappings, nested ones in a context of their own. */
export function mapInputsAtOnce(inputs, variables) {
  const tree = {};
  for (const { source, target } of inputs) {
    const path = target.split('.');
    const last = path.pop();
    path.reduce((node, name) => (node[name] ??= {}), tree)[last] =
      source?.startsWith('=') ? source.slice(1) : JSON.stringify(literal(source));
  }
  const write = node => typeof node === 'string' ? node : `{${Object.entries(node).map(([name, value]) => `${name}: ${write(value)}`).join(', ')}}`;
  return feel(write(tree), variables);
}

function literal(source) {
  return source === undefined || source === '' ? null : Number.isFinite(Number(source)) ? Number(source) : source;
}

// A mapping to a part of a variable hides that part alone.
function layer(below, above) {
  const result = { ...below };
  for (const [name, value] of Object.entries(above)) {
    result[name] = isContext(value) && isContext(below[name]) ? layer(below[name], value) : value;
  }
  return result;
}

function put(context, [name, ...rest], value) {
  return { ...context, [name]: rest.length === 0 ? value : put(context[name] ?? {}, rest, value) };
}

function plain(value) {
  return value === undefined ? null : value;
}

function isContext(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
