// The direct channel, from a company that asks to be let in to an offer that is accepted, and not kept. On what day
// promises are asked about is told with a clock of its own in internal/complaint.
import assert from 'node:assert/strict';
import { story, people, signIn, looksRight } from './lib.mjs';
import * as steps from './steps.mjs';
import { fill, press, goesOn, mailTo } from './steps.mjs';
import { inDatabase } from './postgres.mjs';

const companies = {
  ines: { cnpj: '11222333000181', masked: '11.222.333/0001-81', name: 'Varejo Exemplo', legal: 'Varejo Exemplo S.A.', email: 'ines.moraes@example.com' },
  joao: { cnpj: '12ABC34501DE35', masked: '12.ABC.345/01DE-35', name: 'Telefonia Modelo', legal: 'Telefonia Modelo Ltda.', email: 'joao.batista@example.com' },
};

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

// leave: whoever leaves the company has no access any more, at once.
async function leave(agent) {
  await agent.goto('/empresa/sair');
  await looksRight(agent, 'empresa-sair');
  await fill(agent, { sucessor: 'ninguem' });
  await press(agent, 'Sair da empresa');
  const gone = await agent.request.get('/empresa/fila');
  assert.equal(gone.status(), 404, 'who left lists cases');
}

// register asks for the company with the link that gov.br confirms, and accepts the terms.
async function register(agent, cpf, { name, legal }) {
  await agent.goto('/empresa');
  await agent.waitForURL('**/empresa/cadastro');
  await looksRight(agent, 'empresa-cadastro');
  await press(agent, /Confirmar pelo/);
  if (await agent.locator('input[name="cpf"]').count()) await signIn(agent, cpf);
  await agent.getByRole('button', { name: new RegExp(`Pedir o cadastro`) }).waitFor();
  await press(agent, /Pedir o cadastro/);
  await fill(agent, { razao_social: legal, nome: name, segmento: '8', sede: 'Porto Alegre', email: 'atende@example.com', telefone: '(51) 3333-0000' });
  await looksRight(agent, 'empresa-cadastro-dados');
  await press(agent, /Continuar/);
  await looksRight(agent, 'empresa-cadastro-termos');
  await fill(agent, { aceito: '1' });
  await goesOn(agent, agent.locator('main form button[type=submit]').last());
  await agent.getByRole('heading', { name: 'Em análise' }).waitFor();
  await looksRight(agent, 'empresa-cadastro-enviado');
}

async function approve(gilda, name) {
  await gilda.goto('/gestao/empresas');
  await looksRight(gilda, 'gestao-empresas');
  await goesOn(gilda, gilda.locator('main a[href^="/gestao/empresas/pedidos/"]').filter({ hasText: name }).first());
  await looksRight(gilda, 'gestao-empresas-pedido');
  await press(gilda, /Aprovar/);
}

// askFirst: the company needs a number, its clock waits, the consumer answers.
async function askFirst(agent, bruno, protocol) {
  await agent.goto('/empresa');
  await looksRight(agent, 'empresa-fila');
  await goesOn(agent, agent.getByRole('link', { name: protocol }));
  await looksRight(agent, 'empresa-caso');
  await agent.goto(`/empresa/casos/${protocol}?ato=pergunta`);
  await press(agent, 'Enviar o pedido');
  await looksRight(agent, 'empresa-pergunta-vazia');
  await fill(agent, { mensagem: 'Qual o número do pedido?' });
  await press(agent, 'Enviar o pedido');
  await agent.getByText('O prazo da empresa está parado').waitFor();
  await bruno.goto(`/reclamacoes/${protocol}`);
  await bruno.getByText('Qual o número do pedido?').first().waitFor();
  await fill(bruno, { mensagem: 'Pedido 88123.' });
  await press(bruno, 'Responder');
}

async function offer(agent, protocol) {
  await agent.goto(`/empresa/casos/${protocol}?ato=resposta`);
  await press(agent, 'Enviar a resposta');
  await looksRight(agent, 'empresa-resposta-vazia');
  await fill(agent, { tipo: 'full_offer', providencia: 'reembolso', valor: '1.249,90', ate: day(7), mensagem: 'Devolvemos o valor inteiro.' });
  await press(agent, 'Enviar a resposta');
  await agent.getByText('Resposta enviada').waitFor();
  await looksRight(agent, 'empresa-respondida');
}

async function accept(bruno, protocol) {
  await mailTo(bruno, 'bruno.lopes@example.com', 'A empresa respondeu');
  await bruno.goto(`/reclamacoes/${protocol}`);
  await looksRight(bruno, 'caso-oferta');
  const choice = bruno.locator('#aceitar > summary');
  if (!(await bruno.locator('#aceitar').evaluate((e) => e.open))) await choice.click();
  await looksRight(bruno, 'caso-oferta-aceitar');
  await press(bruno, 'Sim, aceitar a oferta');
  await bruno.getByText('Acordo entre as partes').first().waitFor();
  await looksRight(bruno, 'caso-acordo');
}

// broken: the day of the offer comes, Bruno says that nothing was paid, and an officer has the case.
async function broken(site, bruno, agent, elisa, protocol) {
  inDatabase(site.database, `UPDATE promise SET due_on = '${day(-1)}' WHERE complaint_id = (SELECT id FROM complaint WHERE protocol = '${protocol}')`);
  await steps.comes(bruno, `/reclamacoes/${protocol}`, 'Chegou o dia do acordo');
  await looksRight(bruno, 'caso-dia-do-acordo');
  await press(bruno, 'Enviar resposta');
  await looksRight(bruno, 'caso-dia-do-acordo-vazio');
  await fill(bruno, { cumprida: 'nao', comentario: 'O dinheiro não caiu.' });
  await press(bruno, 'Enviar resposta');
  await looksRight(bruno, 'caso-acordo-quebrado');
  await elisa.goto('/servidor/fila');
  await goesOn(elisa, elisa.getByRole('link', { name: protocol }));
  await elisa.getByText('O dinheiro não caiu.').first().waitFor();
  await looksRight(elisa, 'servidora-acordo-quebrado');
  await agent.goto(`/empresa/casos/${protocol}`);
  await looksRight(agent, 'empresa-acordo-quebrado');
}

for (const [who, of] of Object.entries(companies)) {
  story(`${of.legal} asks to be let in, is approved, asks Bruno of Porto Alegre and makes an offer that he accepts`, async ({ visitor, site, variant }) => {
    const agent = await visitor();
    await signIn(agent, people[who]);
    await leave(agent);
    await register(agent, people[who], of);
    const gilda = await visitor();
    await signIn(gilda, people.gilda);
    await approve(gilda, of.name);
    await mailTo(agent, of.email, 'Resposta ao pedido de cadastro');
    const bruno = await visitor();
    await signIn(bruno, people.bruno);
    const protocol = await steps.complainOf(bruno, of.name, steps.portoAlegre);
    await askFirst(agent, bruno, protocol);
    await offer(agent, protocol);
    await accept(bruno, protocol);
    await mailTo(agent, of.email, 'Oferta aceita');
    if (variant.engine !== 'postgres') return; // the day is moved in the database
    const elisa = await visitor();
    await signIn(elisa, people.elisa);
    await broken(site, bruno, agent, elisa, protocol);
  }, (v) => (who === 'ines' ? v.engine === 'sqlite' && v.js === (v.width === 1280) : v.engine === 'postgres' && v.width === 360));
}
