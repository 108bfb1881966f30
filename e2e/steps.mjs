// What people do on the way through the site, in their words. Each step fills what the page asks and goes on.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { papers } from './fixtures/papers.mjs';

export const acegua = '4300034';
export const portoAlegre = '4314902';
export const rioGrande = '4315602';

const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

// answers of each step of the form, by field name.
export const contact = { email: 'ana.ribeiro@example.com', telefone: '(53) 99123-4567' };
export const address = { cep: '96445-000', logradouro: 'Rua das Oliveiras', numero: '120', bairro: 'Centro' };
export const company = { fornecedor_nome: 'Móveis Beira-Rio' };
export const problem = { area: 'demais-produtos', assunto: 'moveis-colchoes', problema: 'nao-entrega' };
export const purchase = { como_comprou: 'internet', data_compra: daysAgo(70), valor: '1.249,90', numero_contrato: 'PED-88123' };
export const story = {
  relato: 'Comprei um sofá em setembro.\nO prazo era de 20 dias. Não chegou, e a loja não responde às mensagens.',
  procurou_fornecedor: 'sim', protocolo_fornecedor: '2026-5512', pedido: 'cumprimento',
};

// formFor is the address that begins a complaint after the front door.
export const formFor = (municipality, supplier = 'nao-listado') =>
  `/reclamacoes/nova?fornecedor=${supplier}&municipio=${municipality}`;

// fill answers the fields of a page, whatever kind they are.
export async function fill(page, answers) {
  for (const [name, value] of Object.entries(answers)) {
    const field = page.locator(`main [name="${name}"]:not([type=hidden])`).first();
    const kind = await field.evaluate((e) => e.type);
    if (kind === 'radio' || kind === 'checkbox') await page.locator(`main [name="${name}"][value="${value}"]`).check();
    else if (kind.startsWith('select')) await field.selectOption(value);
    else await field.fill(value);
  }
}

// press presses the button of this name in the page's content and waits for the page it leads to.
export async function press(page, name) {
  await goesOn(page, page.locator('main').getByRole('button', { name, exact: typeof name === 'string' }).first());
}

// goesOn clicks what leads to another page and waits for it.
export async function goesOn(page, element) {
  const next = page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame());
  await element.click();
  await next;
  await page.waitForLoadState('load');
}

// step answers the step with this question and goes on.
export async function step(page, question, answers) {
  await page.getByRole('heading', { level: 1, name: question }).waitFor();
  await fill(page, answers);
  await press(page, 'Continuar');
}

export async function documents(page, { bill, identity, product } = {}) {
  const all = await papers();
  await page.getByRole('heading', { level: 1, name: 'Envie os documentos' }).waitFor();
  await page.setInputFiles('[name="comprovante_endereco"]', bill ?? all.bill);
  await page.setInputFiles('[name="documento_identidade"]', identity ?? all.identity);
  await page.setInputFiles('[name="comprovante_relacao"]', product ?? all.product);
  await press(page, 'Continuar');
}

// upToReview goes from the address, where whoever has an e-mail at gov.br begins, to the review page.
export async function upToReview(page, { listed = false, ...other } = {}) {
  await step(page, 'Onde você mora?', { ...address, ...other.address });
  if (!listed) await step(page, 'Qual é a empresa?', { ...company, ...other.company });
  await step(page, 'Qual é o problema?', problem);
  await step(page, 'Como foi a compra ou o contrato?', purchase);
  await step(page, 'O que aconteceu?', { ...story, ...other.story });
  await documents(page, other.papers ?? small);
  await page.getByRole('heading', { level: 1, name: 'Confira e envie' }).waitFor();
}

// complain files against a company that is not listed; gives the protocol.
export async function complain(page, municipality) {
  await page.goto(formFor(municipality));
  await upToReview(page);
  return send(page);
}

// complainOf finds a registered company at the front door and files against it; gives the protocol.
export async function complainOf(page, name, municipality) {
  await page.goto(`/atendimento?q=${encodeURIComponent(name)}`);
  await goesOn(page, page.locator('main a', { hasText: name }).first());
  const supplier = new URL(page.url()).searchParams.get('fornecedor');
  await page.goto(formFor(municipality, supplier));
  await upToReview(page, { listed: true });
  return send(page);
}

// send files the complaint from the review page and gives its protocol.
export async function send(page) {
  await fill(page, { declaracao: '1' });
  await press(page, 'Enviar reclamação');
  await page.waitForURL(/registrada=1/);
  return protocolOn(page);
}

export const protocolOn = async (page) => (await page.locator('#protocolo').textContent()).trim();

// small are papers for journeys in which nothing depends on them.
const note = (name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(`${name}: documento de prova.\n`) });
export const small = { bill: note('endereço.txt'), identity: note('identidade.txt'), product: note('nota fiscal.txt') };

// checkDigits are the two of ISO 7064 MOD 97-10, by which a protocol number ends.
export function checkDigits(fifteen) {
  return String(98n - (BigInt(fifteen) * 100n) % 97n).padStart(2, '0');
}

// qrOf gives what the QR code on the first page of a PDF says.
export function qrOf(pdf) {
  const folder = mkdtempSync(join(tmpdir(), 'guiche-qr-'));
  try {
    writeFileSync(join(folder, 'a.pdf'), pdf);
    execFileSync('pdftoppm', ['-r', '200', '-png', '-singlefile', join(folder, 'a.pdf'), join(folder, 'a')]);
    return execFileSync('zbarimg', ['-q', '--raw', join(folder, 'a.png')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// download follows a link that gives a file and returns { name, bytes }.
export async function download(page, link) {
  const [got] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const chunks = [];
  for await (const chunk of await got.createReadStream()) chunks.push(chunk);
  return { name: got.suggestedFilename(), bytes: Buffer.concat(chunks) };
}

// mailTo opens the newest mail to an address whose subject says this, waiting until it was sent; gives its text.
export async function mailTo(page, whom, subject) {
  for (let tries = 0; tries < 60; tries++) {
    await page.goto('/demo/correio');
    const row = page.locator('tbody tr', { hasText: whom }).filter({ hasText: subject }).first();
    if (await row.count()) {
      await goesOn(page, row.getByRole('link'));
      return page.locator('pre.letter').innerText();
    }
    await new Promise((wake) => setTimeout(wake, 250));
  }
  assert.fail(`no mail to ${whom} about ${subject}`);
}

// comes opens a page again and again until it says so: what the program does by itself it does within a minute.
export async function comes(page, address, words) {
  for (let tries = 0; tries < 90; tries++) {
    await page.goto(address);
    if (await page.getByText(words).count()) return;
    await new Promise((wake) => setTimeout(wake, 1000));
  }
  assert.fail(`${address} never says: ${words}`);
}

// signOut leaves by the account menu of the page.
export async function signOut(page) {
  await page.locator('details.account summary').click();
  await page.locator('details.account').getByRole('button', { name: 'Sair' }).click();
  await page.waitForURL((url) => url.pathname === '/');
}
