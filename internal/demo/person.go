package demo

// Person is somebody to be in the demonstration, who signs in at the embedded provider by CPF alone.
type Person struct {
	Name, CPF string
	Level     string // of the account, as people say it
	Is        string
	Try       string // what to look at as this person
	Address   string // where that begins
}

// UnregisteredCNPJ is a company that has not signed the terms of the direct channel.
const UnregisteredCNPJ = "44555666000181"

// People are those of the demonstration whose role this version has pages for, consumers first.
func People() []Person {
	return []Person{
		{"Ana Ribeiro", "11144477735", "prata", "consumidora em Aceguá, que não tem Procon", "Reclamar e acompanhar: o formulário do estado abre.", "/painel"},
		{"Bruno Lopes", "10020030088", "ouro", "consumidor em Porto Alegre, que tem Procon fora daqui", "O site indica o Procon da cidade; o formulário do estado não abre.", "/painel"},
		{"Carla Dias", "20030040094", "bronze", "consumidora com nível insuficiente", "O site explica o nível que falta, e o rascunho espera.", "/reclamacoes/nova"},
		{"Dandara", "30040050009", "prata", "nome social de Diego Souza; o gov.br não deu e-mail nem telefone", "Escrever e confirmar o e-mail.", "/conta"},
		{"Inês Moraes", "12345678909", "ouro", "sócia da Varejo Exemplo S.A., CNPJ 11.222.333/0001-81", "Os casos da empresa e quem responde por ela. Pode sair e pedir o cadastro de novo, pelo gov.br.", "/empresa"},
		{"João Batista", "60070080020", "prata", "representante da Telefonia Modelo Ltda., CNPJ 12.ABC.345/01DE-35", "O mesmo, com um CNPJ de letras e números.", "/empresa"},
		{"Elisa Prates", "52998224725", "ouro", "servidora do Procon estadual", "A fila, o caso e os atos de quem atende.", "/servidor/fila"},
		{"Fábio Nunes", "40050060007", "ouro", "servidor do Procon estadual", "Agir no mesmo caso que Elisa, ao mesmo tempo.", "/servidor/fila"},
		{"Gilda Teixeira", "39053344705", "ouro", "gestora do Procon estadual", "A procura por atendimento, os casos por situação, e as empresas: pedidos de cadastro, nomes, repetidas.", "/gestao"},
		{"Heitor Farias", "50060070013", "ouro", "servidor do Procon de Rio Grande", "Ver só os casos de Rio Grande.", "/servidor/fila"},
		{"Kátia Wolff", "98765432100", "ouro", "administradora do Procon estadual", "Mudar os textos dos avisos, vendo antes como ficam.", "/admin"},
	}
}
