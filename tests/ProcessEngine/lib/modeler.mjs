// Applies element templates to service tasks, as Camunda Modeler does, without its window.
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import esbuild from 'esbuild';
import { bundling } from './bundling.mjs';

const bundle = fileURLToPath(new URL(`../obj/modeler-${process.pid}.mjs`, import.meta.url));

/** A process of one service task. */
export const diagram = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="definitions"
    targetNamespace="http://bpmn.io/schema/bpmn" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
  <bpmn:process id="process" isExecutable="true"><bpmn:serviceTask id="task" name="Call Salesforce" /></bpmn:process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="process">
    <bpmndi:BPMNShape id="shape" bpmnElement="task"><dc:Bounds x="0" y="0" width="100" height="80" /></bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>`;

async function load() {
  await mkdir(new URL('../obj', import.meta.url), { recursive: true });
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL('modeler.entry.mjs', import.meta.url))],
    ...bundling, outfile: bundle, platform: 'node', format: 'esm', mainFields: ['module', 'main'],
  });
  try {
    return await import(pathToFileURL(bundle));
  } finally {
    await rm(bundle);
  }
}

// Without a window no text can be measured, and none need be: labels stay where they are.
const unmeasured = { getExternalLabelBounds: bounds => bounds };

let modules;

/** @returns A modeler with a diagram in it, and these templates at hand. */
async function open(xml, templates) {
  modules ??= load();
  const { Modeler, CloudElementTemplatesCoreModule, ZeebeBehaviors, zeebe } = await modules;
  const modeler = new Modeler({
    additionalModules: [CloudElementTemplatesCoreModule, ZeebeBehaviors, { textRenderer: ['value', unmeasured] }],
    moddleExtensions: { zeebe },
  });
  await modeler.importXML(xml);
  const errors = [];
  modeler.invoke((elementTemplatesLoader, eventBus) => {
    eventBus.on('elementTemplates.errors', event => errors.push(...event.errors));
    elementTemplatesLoader.setTemplates(templates);
  });
  if (errors.length) {
    throw new AggregateError(errors, errors.map(error => error.message).join('\n'));
  }
  return modeler;
}

const applied = new Map();

/**
 * @param template The element template, or a list of versions of which the newest is taken.
 * @param values What is filled in, by property id; defaults stay.
 * @returns The service task's input mappings in order, headers, job type and retries.
 */
export async function applyTemplate(template, values = {}) {
  const filled = fill(template, values);
  const key = JSON.stringify(filled);
  // The Modeler takes its time for a large template, and makes the same task of the same values.
  if (!applied.has(key)) {
    applied.set(key, apply(filled));
  }
  return structuredClone(await applied.get(key));
}

async function apply(filled) {
  const modeler = await open(diagram, [filled]);
  return readTask(modeler.invoke((elementTemplates, elementRegistry) =>
    elementTemplates.applyTemplate(elementRegistry.get('task'), filled)).businessObject);
}

/** @returns A diagram whose task has the template, for a version of Camunda's engine. */
export async function applyToDiagram(template, values, version) {
  const filled = fill(template, values);
  const modeler = await open(diagram.replace('8.8.0', version), [filled]);
  modeler.invoke((elementTemplates, elementRegistry) => elementTemplates.applyTemplate(elementRegistry.get('task'), filled));
  return (await modeler.saveXML()).xml;
}

/** Applies the template anew to every task of a diagram that has it, as after a change of the template. */
export async function reapplyTemplate(template, xml) {
  const modeler = await open(xml, [template]);
  modeler.invoke((elementTemplates, elementRegistry) => elementRegistry
    .filter(element => element.businessObject.get('zeebe:modelerTemplate') === template.id)
    .forEach(element => elementTemplates.applyTemplate(element, template)));
  return (await modeler.saveXML({ format: true })).xml;
}

/** The template with these values as its fields' defaults, by property id. */
export function fill(template, values) {
  const filled = structuredClone([template].flat()[0]);
  for (const [id, value] of Object.entries(values)) {
    const property = filled.properties.find(one => one.id === id) ?? assert.fail(`The template has no property ${id}.`);
    property.value = value;
  }
  return filled;
}

/** @param task The moddle element of a service task. */
export function readTask(task) {
  const extension = type => task.extensionElements.values.find(element => element.$type === type);
  const { type, retries } = extension('zeebe:TaskDefinition');
  return {
    type,
    retries,
    inputs: extension('zeebe:IoMapping').inputParameters.map(({ source, target }) => ({ source, target })),
    headers: Object.fromEntries((extension('zeebe:TaskHeaders')?.values ?? []).map(({ key, value }) => [key, value])),
  };
}
