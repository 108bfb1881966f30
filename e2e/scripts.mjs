// JavaScript switched off in a page, and lent to axe for a moment. Playwright's own switch cannot be turned back.
const sessions = new WeakMap();

// forbidScripts makes every page that this window opens run without JavaScript.
export async function forbidScripts(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setScriptExecutionDisabled', { value: true });
  sessions.set(page, devtools);
}

// withTimers runs fn while timers work (axe needs them); scripts that the page was not allowed to run stay unrun.
export async function withTimers(page, fn) {
  const devtools = sessions.get(page);
  if (!devtools) return fn();
  await devtools.send('Emulation.setScriptExecutionDisabled', { value: false });
  try {
    return await fn();
  } finally {
    await devtools.send('Emulation.setScriptExecutionDisabled', { value: true });
  }
}
