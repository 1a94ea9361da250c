// Stands before the Modeler's applyConditions, which finds out anew, for each change of an element, which of a template's
// properties are shown: for each of them it reads the values that its conditions ask for. Here the values are read once, and
// what is shown with them is found out once. It depends on nothing else, but for start events, of which there are none here.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const replaced = [
  ['function applyConditions(element, elementTemplate) {', `function applyConditions(element, elementTemplate) {
    return applyRemembered(element, elementTemplate, getPropertyValue, applyAnew);
  }
  function applyAnew(element, elementTemplate) {`],
  ['function hasDifferentPropertyBindings(sourceTemplate, targetTemplate) {', `$&
    if (sourceTemplate === targetTemplate) {
      return false;
    }`],
];

/** Puts it into the Modeler's bundle. */
export const rememberedConditions = {
  name: 'remembered conditions',
  setup(build) {
    build.onLoad({ filter: /bpmn-js-element-templates[\\/]dist[\\/]\w+\.esm\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      for (const [original, replacement] of replaced) {
        if (contents.split(original).length !== 2) {
          throw new Error(`The Modeler has no single "${original}" any more: see whether conditions.mjs still has to stand before it.`);
        }
        contents = contents.replace(original, replacement);
      }
      const here = JSON.stringify(fileURLToPath(new URL('applied.mjs', import.meta.url)));
      return { contents: `import { applyRemembered } from ${here};\n${contents}` };
    });
  },
};
