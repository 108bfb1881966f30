// The agency's way to a company that is not registered: a letter with a code, and an answer.
import assert from 'node:assert/strict';
import { story, people, signIn, looksRight } from './lib.mjs';
import * as steps from './steps.mjs';
import { fill, press, mailTo } from './steps.mjs';
import { inDatabase } from './postgres.mjs';

// notify issues the letter by e-mail, after sending the form empty.
async function notify(elisa, protocol) {
  await elisa.goto(`/servidor/casos/${protocol}`);
  const form = elisa.locator('form[action$="/notificar"]');
  const panel = elisa.locator('details', { has: elisa.locator('form[action$="/notificar"]') });
  if (!(await panel.evaluate((e) => e.open))) await panel.locator('summary').first().click();
  await steps.goesOn(elisa, form.getByRole('button').last());
  await looksRight(elisa, 'servidora-notificar-vazio');
  await form.locator('[name=canal][value=email]').check();
  await form.locator('[name=email]').fill('sac@loja.example');
  await form.locator('[name=texto]').fill('Quando o sofá será entregue?');
  await steps.goesOn(elisa, form.getByRole('button').last());
  await looksRight(elisa, 'servidora-notificada');
}

// open types a wrong code first, then the one of the mail.
async function open(carlos, code, protocol) {
  await carlos.goto('/empresa/codigo');
  await looksRight(carlos, 'empresa-codigo');
  await fill(carlos, { codigo: 'AAAA-BBBB-CCCC' });
  await press(carlos, 'Abrir');
  await looksRight(carlos, 'empresa-codigo-errado');
  await fill(carlos, { codigo: code.toLowerCase() });
  await press(carlos, 'Abrir');
  await carlos.waitForURL(`**/empresa/casos/${protocol}`);
  await looksRight(carlos, 'empresa-caso-por-codigo');
}

story('the state notifies a company that is not registered; who has the code answers, and nobody else', async ({ visitor }) => {
  const ana = await visitor();
  await signIn(ana, people.ana);
  const protocol = await steps.complain(ana, steps.acegua);

  const elisa = await visitor();
  await signIn(elisa, people.elisa);
  await notify(elisa, protocol);
  const text = await mailTo(elisa, 'sac@loja.example', '');
  const [code] = text.match(/[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}/);
  assert.doesNotMatch(text, /Ana|111\.444|sofá/, 'the mail names nobody and tells no story');

  const bruno = await visitor(); // answers for the company, by his own gov.br account
  await signIn(bruno, people.bruno);
  assert.equal((await bruno.request.get(`/empresa/casos/${protocol}`)).status(), 404, 'before the code');
  await open(bruno, code, protocol);

  const joao = await visitor();
  await signIn(joao, people.joao);
  assert.equal((await joao.request.get(`/empresa/casos/${protocol}`)).status(), 404, 'another company');
  await joao.goto('/empresa/codigo');
  await fill(joao, { codigo: code });
  await press(joao, 'Abrir');
  await joao.getByText('Este código não abre nenhum caso').first().waitFor();

  await bruno.goto(`/empresa/casos/${protocol}?ato=resposta`);
  await fill(bruno, { tipo: 'information', mensagem: 'O sofá já foi entregue ontem.' });
  await press(bruno, 'Enviar a resposta');
  await bruno.getByText('Resposta enviada').waitFor();

  await ana.goto(`/reclamacoes/${protocol}`);
  await ana.getByText('O sofá já foi entregue ontem.').first().waitFor();
  await looksRight(ana, 'consumidora-resposta-da-notificada');
  await elisa.goto(`/servidor/casos/${protocol}`);
  await elisa.getByText('O sofá já foi entregue ontem.').first().waitFor();
  await looksRight(elisa, 'servidora-resposta-da-notificada');
}, (v) => v.engine === 'sqlite' ? v.js === (v.width === 1280) : v.width === 360);

// lastDayPasses puts the end of the running clock of a case behind us; the program looks every minute.
async function lastDayPasses(site, page, protocol) {
  inDatabase(site.database, `UPDATE complaint SET due_at = extract(epoch FROM now())::bigint * 1000000 - 1000000 WHERE protocol = '${protocol}'`);
  await steps.comes(page, `/reclamacoes/${protocol}`, 'A empresa não respondeu no prazo');
}

story('nobody at Telefonia Modelo answers Ana of Aceguá: she sends the case to the state, which notifies the company, and it answers', async ({ visitor, site }) => {
  const joao = await visitor(); // who never looks again
  await signIn(joao, people.joao);
  const ana = await visitor();
  await signIn(ana, people.ana);
  const protocol = await steps.complainOf(ana, 'Telefonia Modelo', steps.acegua);
  await lastDayPasses(site, ana, protocol);
  await looksRight(ana, 'consumidora-sem-resposta');
  await mailTo(ana, 'ana.ribeiro@example.com', 'Um prazo terminou');
  await mailTo(ana, 'joao.batista@example.com', 'O prazo terminou');

  await joao.goto('/empresa/sair'); // the company's only person leaves, nobody comes after him
  await fill(joao, { sucessor: 'ninguem' });
  await press(joao, 'Sair da empresa');

  await ana.goto(`/reclamacoes/${protocol}`);
  await press(ana, 'Enviar ao Procon agora');
  await ana.getByText('Telefonia Modelo').first().waitFor();
  await looksRight(ana, 'consumidora-enviada-ao-procon');
  assert.match(ana.url(), new RegExp(`/reclamacoes/${protocol}`), 'the same protocol');

  const elisa = await visitor();
  await signIn(elisa, people.elisa);
  await notify(elisa, protocol);
  const [code] = (await mailTo(elisa, 'sac@loja.example', '')).match(/[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}/);
  const bruno = await visitor();
  await signIn(bruno, people.bruno);
  await open(bruno, code, protocol);
  await bruno.goto(`/empresa/casos/${protocol}?ato=resposta`);
  await fill(bruno, { tipo: 'information', mensagem: 'Pedimos desculpas: a cobrança foi cancelada.' });
  await press(bruno, 'Enviar a resposta');
  await ana.goto(`/reclamacoes/${protocol}`);
  await ana.getByText('a cobrança foi cancelada').first().waitFor();
  await looksRight(ana, 'consumidora-resposta-depois-da-notificacao');
}, (v) => v.engine === 'postgres' && v.width === 360); // half a minute of it is waiting for the next look at the deadlines
