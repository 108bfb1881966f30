// The pictures of doc/manual: each is the top of a screen that a journey looks at, or what stands below a heading there.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const folder = fileURLToPath(new URL('../doc/manual/imagens', import.meta.url));

// pictures say, by the name of their file, which screenshot of the journeys they are and from where on.
export const pictures = {
  'quem-atende': { of: 'destino-formulario-360' },
  revisao: { of: 'form-revisao-360' },
  protocolo: { of: 'recibo-360' },
  escolhas: { of: 'caso-oferta-360', from: '#resposta' },
  'sem-resposta': { of: 'consumidora-sem-resposta-360', from: '#situacao' },
  'empresa-cadastro': { of: 'empresa-cadastro-1280' },
  'empresa-fila': { of: 'empresa-fila-1280' },
  'empresa-caso': { of: 'empresa-caso-1280' },
  'empresa-codigo': { of: 'empresa-codigo-360' },
  fila: { of: 'fila-1280' },
  'caso-servidor': { of: 'caso-servidora-1280' },
};

// takePictures takes those of the manual that are of this screen; only make manual asks for it.
export async function takePictures(page, screen) {
  if (!process.env.GUICHE_PICTURES) return;
  for (const [name, { of, from }] of Object.entries(pictures)) {
    if (of !== screen) continue;
    mkdirSync(folder, { recursive: true });
    if (from) await page.locator(from).evaluate((e) => e.scrollIntoView());
    writeFileSync(join(folder, `${name}.webp`), await webp(page));
    await page.evaluate(() => window.scrollTo(0, 0));
  }
}

// webp is what the window shows, in a format half as large as playwright's own.
async function webp(page) {
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 65 });
  await devtools.detach();
  return Buffer.from(data, 'base64');
}
