// bpmn-engine, a BPMN engine for Node.js, taught what a Camunda 8 diagram says of its service tasks.
import { EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import { Engine } from 'bpmn-engine';
import { feel, mapInputs } from './feel.mjs';
import { runJob } from './job.mjs';
import { readTask } from './modeler.mjs';

const zeebe = createRequire(import.meta.url)('zeebe-bpmn-moddle/resources/zeebe.json');

/**
 * Runs a process to its end.
 * @param variables The process's; results are added.
 * @param options `secrets` of the cluster; `documents`, its store; `message`, the id of the message that starts the process.
 * @returns The elements that were begun, in order, and the attempts at each task.
 */
export async function runProcess(source, variables, { secrets, documents, message }) {
  const started = [];
  const attempts = {};
  const listener = new EventEmitter();
  listener.on('activity.start', ({ id }) => started.push(id));

  const work = async (id, task) => {
    let retries = Number(task.retries);
    const local = mapInputs(task.inputs, variables);
    while (true) {
      attempts[id] = (attempts[id] ?? 0) + 1;
      const result = await runJob(task, variables, { local, secrets, documents, retries });
      if (result.error?.errorType !== 'jobError' || result.error.retries === 0) {
        return result;
      }
      retries = result.error.retries;
    }
  };

  const engine = new Engine({
    source,
    listener,
    moddleOptions: { zeebe },
    // Conditions are FEEL, marked as everywhere in such a diagram.
    expressions: { resolveExpression: text => text?.startsWith?.('=') ? feel(text, variables) : text },
    extensions: {
      serviceTask({ id, type, behaviour }) {
        if (type !== 'bpmn:ServiceTask') {
          return;
        }
        behaviour.Service = function Service() {
          return {
            execute: (_, callback) => work(id, readTask(behaviour)).then(({ error, variables: mapped }) => {
              Object.assign(variables, mapped ?? error?.variables);
              callback(error && Object.assign(new Error(error.message), { code: error.code }));
            }, callback),
          };
        };
      },
    },
  });

  const ended = once(engine, 'end');
  const execution = await engine.execute();
  if (message) {
    execution.signal({ id: message });
  }
  await ended;
  return { started, attempts };
}
