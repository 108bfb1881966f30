package taxonomy

var areas = List{
	{Code: "agua-energia-gas", Label: "Água, Energia, Gás"},
	{Code: "alimentos", Label: "Alimentos"},
	{Code: "educacao", Label: "Educação"},
	{Code: "habitacao", Label: "Habitação"},
	{Code: "eletrodomesticos-eletronicos", Label: "Produtos Eletrodomésticos e Eletrônicos"},
	{Code: "produtos-telefonia-informatica", Label: "Produtos de Telefonia e Informática"},
	{Code: "saude", Label: "Saúde"},
	{Code: "servicos-financeiros", Label: "Serviços Financeiros"},
	{Code: "telecomunicacoes", Label: "Telecomunicações"},
	{Code: "transportes", Label: "Transportes"},
	{Code: "turismo-viagens", Label: "Turismo/Viagens"},
	{Code: "demais-produtos", Label: "Demais Produtos"},
	{Code: "demais-servicos", Label: "Demais Serviços"},
}

var subjects = withOther("Outro assunto", areas, List{
	{"televisao", "Televisão", "eletrodomesticos-eletronicos"},
	{"aparelho-celular", "Aparelho celular", "produtos-telefonia-informatica"},
	{"credito-consignado", "Crédito Consignado (desconto em folha)", "servicos-financeiros"},
	{"conta-corrente", "Conta corrente / Salário / Poupança", "servicos-financeiros"},
	{"internet-fixa", "Internet Fixa", "telecomunicacoes"},
	{"pacote-combo", "Pacote de Serviços (Combo)", "telecomunicacoes"},
	{"telefonia-fixa", "Telefonia Fixa", "telecomunicacoes"},
	{"telefonia-movel-pos", "Telefonia Móvel Pós-paga", "telecomunicacoes"},
	{"telefonia-movel-pre", "Telefonia Móvel Pré-paga", "telecomunicacoes"},
	{"tv-assinatura", "TV por Assinatura", "telecomunicacoes"},
	{"aereo", "Aéreo", "transportes"},
	{"moveis-colchoes", "Móveis e Colchões", "demais-produtos"},
	{"fidelidade", "Programas de Fidelidade / Benefícios", "demais-servicos"},
	{"servicos-internet", "Serviços na internet", "demais-servicos"},
})

var problemGroups = List{
	{Code: "cobranca", Label: "Cobrança / Contestação"},
	{Code: "contrato-oferta", Label: "Contrato / Oferta"},
	{Code: "entrega", Label: "Entrega do Produto"},
	{Code: "qualidade", Label: "Vício de Qualidade"},
	{Code: "atendimento", Label: "Atendimento / SAC"},
	{Code: "informacao", Label: "Informação"},
	{Code: "dados-pessoais", Label: "Dados Pessoais e Privacidade"},
	{Code: "saude-seguranca", Label: "Saúde e Segurança"},
}

var problems = withOther("Outro problema", problemGroups, List{
	{"cobranca-nao-contratado", "Cobrança por serviço ou produto não contratado", "cobranca"},
	{"cobranca-desacordo", "Cobrança por serviço não fornecido ou em desacordo", "cobranca"},
	{"cobranca-cancelar", "Cobrança indevida ou abusiva para alterar ou cancelar", "cobranca"},
	{"devolucao-valores", "Dificuldade ou atraso na devolução de valores", "cobranca"},
	{"oferta-nao-cumprida", "Oferta não cumprida ou publicidade enganosa", "contrato-oferta"},
	{"venda-casada", "Venda casada", "contrato-oferta"},
	{"alterar-ativar", "Dificuldade para alterar ou ativar serviços", "contrato-oferta"},
	{"portabilidade", "Portabilidade não efetivada", "contrato-oferta"},
	{"nao-entrega", "Não entrega ou demora na entrega", "entrega"},
	{"produto-danificado", "Produto danificado, dificuldade de troca ou conserto na garantia", "qualidade"},
	{"servico-inadequado", "Funcionamento inadequado do serviço", "qualidade"},
	{"suspensao-indevida", "Suspensão indevida do serviço", "qualidade"},
	{"sac-nao-resolve", "SAC: demanda não resolvida", "atendimento"},
})

var purchases = List{
	{Code: "internet", Label: "Internet"},
	{Code: "loja-fisica", Label: "Loja física"},
	{Code: "telefone", Label: "Telefone"},
	{Code: "domicilio", Label: "Domicílio"},
	{Code: "catalogo", Label: "Catálogo"},
	{Code: "stand-feira-evento", Label: "Stand, feiras e eventos"},
	{Code: "presente", Label: "Ganhei de presente"},
	{Code: "nao-comprei", Label: "Não comprei / contratei"},
}

var remedies = List{
	{Code: "troca", Label: "Troca do produto"},
	{Code: "reparo", Label: "Reparo do produto ou serviço"},
	{Code: "reembolso", Label: "Devolução do dinheiro"},
	{Code: "cancelamento", Label: "Cancelamento da compra, do contrato ou da cobrança"},
	{Code: "cumprimento", Label: "Cumprimento do que foi combinado"},
	{Code: "outro", Label: "Outro pedido"},
}

// withOther puts the terms in the order of their parents and closes each parent with a way out.
func withOther(label string, parents, terms List) List {
	var out List
	for _, parent := range parents {
		out = append(out, terms.Under(parent.Code)...)
		out = append(out, Term{"outro-" + parent.Code, label, parent.Code})
	}
	return out
}
