// Runs Azurite until standard input closes, so that it ends with the process that started it, even if that is killed.

const graceForClosing = 5_000;

process.stdin.resume();
process.stdin.on('error', close);
process.stdin.on('end', close);

function close() {
  // Azurite then writes its data to disk. Open connections could delay that forever.
  process.emit('SIGTERM');
  setTimeout(() => process.exit(), graceForClosing).unref();
}

await import('azurite/dist/src/azurite.js');
