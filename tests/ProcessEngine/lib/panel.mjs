// The form in Camunda Modeler's own properties panel, in a browser.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { bundling } from './bundling.mjs';
import { diagram, fill } from './modeler.mjs';

const require = createRequire(import.meta.url);
const styles = [
  'bpmn-js/dist/assets/diagram-js.css', 'bpmn-js/dist/assets/bpmn-js.css', '@bpmn-io/properties-panel/dist/assets/properties-panel.css',
  'bpmn-js-element-templates/dist/assets/element-templates.css',
];

/** @returns A page with the panel, for `show`. */
export async function openPanel(browser) {
  const { outputFiles: [bundle] } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL('panel.entry.mjs', import.meta.url))],
    ...bundling, write: false, platform: 'browser', format: 'iife', logLevel: 'error',
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  const complaints = [];
  page.on('pageerror', error => complaints.push(error.message));
  await page.setContent(`<!doctype html><style>${styles.map(file => readFileSync(require.resolve(file), 'utf8')).join('\n')}
    #canvas { position: absolute; inset: 0 400px 0 0 } #panel { position: absolute; inset: 0 0 0 auto; width: 400px; overflow: auto }</style>
    <div id="canvas"></div><div id="panel"></div>`);
  await page.addScriptTag({ content: bundle.text });
  return { page, complaints };
}

/** @returns What is in red once the template, with these values in its fields, has been applied. */
export async function show(page, template, values = {}) {
  await page.evaluate(([xml, filled]) => window.show(xml, filled), [diagram, fill(template, values)]);
  return page.evaluate(() => window.errors());
}
