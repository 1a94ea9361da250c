// A Chromium of this machine, if it has one on its PATH.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const screenshots = fileURLToPath(new URL('../obj/', import.meta.url));

const executablePath = find(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe', 'msedge.exe']);

/** For tests that need it: they are skipped where there is none. */
export const options = { skip: executablePath ? false : 'there is no Chromium on the PATH' };

/** @returns The browser, or nothing where there is none. */
export async function launch() {
  if (!executablePath) {
    return undefined;
  }
  mkdirSync(screenshots, { recursive: true });
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Lets nothing on the page move: each step of a transition is painted, and a click waits until it is over. */
export const holdStill = page => page.addStyleTag({ content: '*, ::before, ::after { transition: none !important; animation: none !important }' });

function find(names) {
  return (process.env.PATH ?? '').split(delimiter).flatMap(folder => names.map(name => join(folder, name))).find(path => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
