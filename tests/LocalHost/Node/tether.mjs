// Ends a program when its standard input closes, which happens when the process that started it ends or is killed.
process.stdin.on('error', end);
process.stdin.on('end', end);
process.stdin.resume();
process.stdin.unref();

function end() {
  process.exit(1);
}
