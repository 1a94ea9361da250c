// One service task, as Camunda's engine and connector runtime carry it out.
import { feel, mapInputs } from './feel.mjs';
import { callRest, ConnectorError } from './restConnector.mjs';

/**
 * @param task From applyTemplate, or read from a diagram.
 * @param variables The process's.
 * @param options `local`, the task's variables (by its input mappings by default, which Camunda evaluates once, when the
 *   process gets to the task, and not for each attempt), `secrets`, `documents` (their store), `retries` left (the task's own by default), `pauses`
 *   (collects what the HTTP client waits).
 * @returns `response` of a success; `variables` for the process; `error`, a bpmnError or jobError, if there is one.
 */
export async function runJob(task, variables = {}, {
  local = mapInputs(task.inputs, variables), secrets = {}, documents, retries = Number(task.retries ?? 3), pauses = [],
} = {}) {
  const job = { retries };
  const { errorExpression = '=null', resultExpression = '=null', resultVariable } = task.headers;
  let response;
  try {
    response = await callRest({ ...variables, ...local }, secrets, async seconds => { pauses.push(seconds); }, documents);
  } catch (failure) {
    if (!(failure instanceof ConnectorError)) {
      throw failure;
    }
    const error = { code: failure.code, message: failure.message, variables: failure.variables };
    const mapped = feel(errorExpression, { error, job });
    return { error: mapped ?? { errorType: 'jobError', message: failure.message, retries: retries - 1, retryBackoff: task.headers.retryBackoff }, failure: error };
  }

  const seen = { ...response, response };
  const error = feel(errorExpression, { ...seen, job });
  return error ? { error, response } : {
    response,
    error: null,
    variables: { ...(resultVariable && { [resultVariable]: response }), ...feel(resultExpression, seen) },
  };
}
