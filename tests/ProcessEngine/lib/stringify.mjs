// Stands for JSON.stringify in bundles of the Modeler, which compares all pairs of a template's properties by the JSON of
// their bindings, for each change of an element: it takes a second for a large form. Here each JSON is made once.
const { stringify: make } = JSON;
const made = new WeakMap();

export function stringify(value, replacer, space) {
  if (typeof replacer !== 'function' || typeof value !== 'object' || value === null || space !== undefined) {
    return make(value, replacer, space);
  }
  if (!made.has(replacer)) {
    made.set(replacer, new WeakMap());
  }
  const texts = made.get(replacer);
  if (!texts.has(value)) {
    texts.set(value, make(value, replacer));
  }
  return texts.get(value);
}
