// watch adds to complaints what the browser complains about while a page is used: script errors, console errors
// (a CSP violation is one), files that do not load, and requests that leave the site.
export function watch(page, origin, complaints) {
  page.on('pageerror', (error) => complaints.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isStatusLine(message)) complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (leaves(request.url(), origin)) complaints.push(`request to another site: ${request.url()}`);
  });
  page.on('response', (response) => {
    const whole = response.request().isNavigationRequest();
    if (!whole && response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
}

// Chromium writes a console error for each 4xx page; a journey may want a 422, and files are judged by their response.
function isStatusLine(message) {
  return message.text().startsWith('Failed to load resource: the server responded with a status of');
}

function leaves(address, origin) {
  const url = new URL(address);
  return ['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && url.origin !== origin;
}
