// Bundled by modeler.mjs: these packages import each other as bundlers resolve it, not as Node.js does.
export { default as Modeler } from 'bpmn-js-headless/lib/Modeler';
export { CloudElementTemplatesCoreModule } from 'bpmn-js-element-templates/core';
export { default as ZeebeBehaviors } from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
export { default as zeebe } from 'zeebe-bpmn-moddle/resources/zeebe.json';
