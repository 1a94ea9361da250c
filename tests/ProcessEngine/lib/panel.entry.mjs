// Bundled by panel.mjs for the browser: Camunda Modeler's canvas and properties panel.
import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import { CloudElementTemplatesPropertiesProviderModule } from 'bpmn-js-element-templates';
import ZeebeBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';

const modeler = new Modeler({
  container: '#canvas',
  propertiesPanel: { parent: '#panel' },
  additionalModules: [
    BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule, CloudElementTemplatesPropertiesProviderModule, ZeebeBehaviors,
  ],
  moddleExtensions: { zeebe },
});

const frame = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));

/** Opens a diagram, applies a template to its task and selects it: the panel shows the form. */
window.show = async (xml, template) => {
  await modeler.importXML(xml);
  modeler.get('elementTemplatesLoader').setTemplates([template]);
  modeler.get('elementTemplates').applyTemplate(modeler.get('elementRegistry').get('task'), template);
  // At its start the panel shows the process, and hears of no selection for a while.
  const task = modeler.get('elementRegistry').get('task');
  do {
    modeler.get('selection').select(null);
    modeler.get('selection').select(task);
    await frame();
  } while (!window.labels().includes('Operation'));
};

/** What the panel has in red, all groups included. */
window.errors = () => [...document.querySelectorAll('.bio-properties-panel-error')].map(error => error.textContent);

/** The labels of all fields that are shown. */
window.labels = () => [...document.querySelectorAll('#panel label.bio-properties-panel-label')].map(label => label.textContent.trim());

/** A diagram as a picture. */
window.svg = async xml => {
  await modeler.importXML(xml);
  return (await modeler.saveSVG()).svg;
};

/** Opens these groups of the form, and closes the others. */
window.openGroups = async titles => {
  for (const header of document.querySelectorAll('.bio-properties-panel-group-header')) {
    const title = header.querySelector('.bio-properties-panel-group-header-title').textContent;
    if (header.classList.contains('open') !== titles.includes(title)) {
      header.click();
      await frame();
    }
  }
};
