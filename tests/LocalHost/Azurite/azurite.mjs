// Runs Azurite until standard input closes: it must not outlive whoever started it, however that one ended.

const graceForClosing = 5_000;

process.stdin.resume();
process.stdin.on('error', close);
process.stdin.on('end', close);

function close() {
  // Azurite then writes what it keeps to disk; connections that stay open could hold it up for ever.
  process.emit('SIGTERM');
  setTimeout(() => process.exit(), graceForClosing).unref();
}

await import('azurite/dist/src/azurite.js');
