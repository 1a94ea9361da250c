const known = new WeakMap();

/** What a template shows of an element. The result is the same object for the same values. */
export function applyRemembered(element, template, valueOf, apply) {
  if (!known.has(template)) {
    known.set(template, { asked: askedFor(template), results: new Map() });
  }
  const { asked, results } = known.get(template);
  const values = JSON.stringify(asked.map(property => valueOf(element, property)));
  if (!results.has(values)) {
    results.set(values, apply(element, template));
  }
  return results.get(values);
}

/** The properties whose values the template's conditions ask for. */
function askedFor({ properties }) {
  const ids = properties.flatMap(({ condition }) => condition?.allMatch ?? condition ?? []).map(({ property }) => property);
  return [...new Set(ids)].map(id => properties.find(property => property.id === id)).filter(Boolean);
}
