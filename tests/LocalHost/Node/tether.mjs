// Ends a program with the process that started it, however that one ended: its standard input closes then.
process.stdin.on('error', end);
process.stdin.on('end', end);
process.stdin.resume();
process.stdin.unref();

function end() {
  process.exit(1);
}
