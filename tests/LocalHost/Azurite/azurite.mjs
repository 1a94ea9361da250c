// Runs Azurite until standard input closes, so that it ends with the process that started it, even if that is killed.

import { createRequire } from 'node:module';
import queues from 'azurite/dist/src/queue/utils/constants.js';

const graceForClosing = 5_000;

// In memory each message's text is an extent of its own. Those that no message refers to any more are swept once a minute, and
// each that is swept costs a look at all of them: after ten thousand messages nobody gets an answer for up to a minute. Swept
// every second, they are few.
if (process.argv.includes('--inMemoryPersistence')) {
  if (queues.DEFAULT_GC_INTERVAL_MS !== 60_000) {
    throw new Error('Azurite sweeps its queues another way now: see whether azurite.mjs still has to change that.');
  }

  queues.DEFAULT_GC_INTERVAL_MS = 1_000;
}

// The client of the telemetry, which is off, is more than half of what a start takes.
if (process.argv.includes('--disableTelemetry')) {
  const require = createRequire(createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js'));
  const id = require.resolve('applicationinsights');
  require.cache[id] = { id, filename: id, loaded: true, exports: {} };
}

process.stdin.resume();
process.stdin.on('error', close);
process.stdin.on('end', close);

function close() {
  // Azurite then writes its data to disk. Open connections could delay that forever.
  process.emit('SIGTERM');
  setTimeout(() => process.exit(), graceForClosing).unref();
}

await import('azurite/dist/src/azurite.js');
