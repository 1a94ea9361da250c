// Camunda Modeler's linter: the rules of one version of Camunda's engine.
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';
import Linter from 'bpmnlint/lib/linter.js';
import NodeResolver from 'bpmnlint/lib/resolver/node-resolver.js';

const require = createRequire(import.meta.url);
const zeebe = require('zeebe-bpmn-moddle/resources/zeebe.json');

/** @returns Every complaint, warnings too. The diagram of one task has no start, and need not. */
export async function lint(xml, version) {
  const { rootElement } = await new BpmnModdle({ zeebe }).fromXML(xml);
  const linter = new Linter({
    config: { extends: `plugin:camunda-compat/camunda-cloud-${version.replace('.', '-')}`, rules: { 'bpmnlint/start-event-required': 'off' } },
    resolver: new NodeResolver({ require }),
  });
  const reports = await linter.lint(rootElement);
  return Object.entries(reports).flatMap(([rule, found]) => found.map(({ id, message }) => `${rule}: ${id}: ${message}`));
}
