// The example that the OpenAPI document has of an operation, as it is filled into the form.
import { elementTemplate, readJson } from './environment.mjs';

const document = readJson('functions/OpenApi/openapi.json');

/** The operations' ids in the document, by their names in the form. */
const ids = Object.fromEntries(Object.values(document.paths).flatMap(({ post }) => post ? [[post.operationId[0].toLowerCase() + post.operationId.slice(1), post.operationId]] : []));

/** The first example of an operation's payload. */
export const exampleOf = operationId => document.components.schemas[`${operationId}Payload`].examples[0];

/** What the tests of the form need of an operation that has nothing of its own in forms.mjs. */
export const exampleForm = operation => ({
  variables: {},
  ours: Object.fromEntries(fields(operation, exampleOf(ids[operation]))),
  wrong: { apiVersion: 'v99.0' }, code: 'NOT_FOUND',
});

/** The route and the payload that make the same call without the form. */
export const directCall = operation => ({
  route: Object.keys(document.paths).find(path => document.paths[path].post?.operationId === ids[operation]).slice(1),
  payload: exampleOf(ids[operation]),
});

/** An operation as the document names it. */
export const idOf = operation => ids[operation];

/** @returns What is filled in for a payload: the template's properties, each with the member's value and its place in the payload. */
export function filled(operation, payload, path = 'body') {
  return Object.entries(payload).flatMap(([name, value]) => {
    const property = elementTemplate.properties.find(({ binding, condition }) =>
      binding.name === `${path}.${name}` && conditions(condition).some(one => one.property === 'operation' && (one.oneOf ?? [one.equals]).includes(operation)));
    return property ? [{ property, value, path: `${path}.${name}` }] : filled(operation, value, `${path}.${name}`);
  });
}

/** The choices that a property is shown with, by their ids. */
export const choicesOf = property => conditions(property.condition)
  .filter(one => one.property !== 'operation' && one.property !== undefined).map(one => [one.property, one.equals ?? one.oneOf?.[0]]);

const fields = (operation, payload) => filled(operation, payload).flatMap(({ property, value }) =>
  [...choicesOf(property), [property.id, typeof value === 'object' ? `=${JSON.stringify(value)}` : value]]);

const conditions = condition => condition?.allMatch ?? (condition ? [condition] : []);
