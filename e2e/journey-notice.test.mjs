// The agency's way to a company that is not registered: a letter with a code, and an answer.
import assert from 'node:assert/strict';
import { story, people, signIn, looksRight } from './lib.mjs';
import * as steps from './steps.mjs';
import { fill, press, mailTo } from './steps.mjs';

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
  await ana.goto(steps.formFor(steps.acegua));
  await steps.upToReview(ana);
  const protocol = await steps.send(ana);

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
