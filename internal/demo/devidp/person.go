package devidp

import "time"

// Person is somebody who can sign in.
type Person struct {
	CPF        string // eleven digits
	Name       string
	SocialName string
	About      string // who this is, for the list on the sign-in page
	Level      string // "bronze", "silver" or "gold"; the catalogue may raise it
	Email      string // verified; empty: none, and the claim is absent
	Phone      string // verified; empty: none, and the claim is absent
	AMR        []string
	Seals      []string // ids of gov.br's reliability seals
	Subject    SubjectStyle
	// AsksSecondFactor shows the second-factor page at every sign-in.
	AsksSecondFactor bool
	// Consented people never see the consent page unless they ask for it.
	Consented       bool
	CertificateCNPJ string // signed in with a company's certificate; with mask
	CertificateName string
	Companies       []Company
}

// SubjectStyle is how "sub" is written.
type SubjectStyle int

// gov.br documents eleven digits and shows a hyphen; its metadata allows pairwise subjects.
const (
	DigitsSubject SubjectStyle = iota
	HyphenSubject
	PairwiseSubject
)

// Company is a link between a person and a company, as api/empresas tells it.
type Company struct {
	CNPJ  string // fourteen characters
	Name  string
	Role  string // SOCIO, CONTADOR, REPRESENTANTE_LEGAL, NAO_ATUANTE; empty: collaborator
	Until time.Time
}

var (
	varejo    = Company{CNPJ: "11222333000181", Name: "Varejo Exemplo S.A."}
	telefonia = Company{CNPJ: "12ABC34501DE35", Name: "Telefonia Modelo Ltda."}
)

func (c Company) as(role string) Company {
	c.Role = role
	return c
}

// People are the demonstration's people, and after them the hard cases for tests.
func People() []Person {
	return append(demoPeople(), hardCases()...)
}

func demoPeople() []Person {
	password, officer := []string{"passwd"}, []string{"passwd", "mfa", "otp"}
	people := []Person{
		{CPF: "11144477735", Name: "Ana Ribeiro", Level: "silver", About: "consumidora em Aceguá", Email: "ana.ribeiro@example.com", Phone: "53999990001", Seals: []string{"602"}},
		{CPF: "10020030088", Name: "Bruno Lopes", Level: "gold", About: "consumidor em Porto Alegre", Email: "bruno.lopes@example.com", Phone: "51999990002", Seals: []string{"901"}},
		{CPF: "20030040094", Name: "Carla Dias", Level: "bronze", About: "consumidora com nível insuficiente", Email: "carla.dias@example.com", Phone: "51999990003", Seals: []string{"201"}},
		{CPF: "30040050009", Name: "Diego Souza", SocialName: "Dandara", Level: "silver", About: "consumidora sem e-mail nem telefone confirmados", Seals: []string{"604"}},
		{CPF: "52998224725", Name: "Elisa Prates", Level: "gold", About: "servidora do Procon estadual", Email: "elisa.prates@example.com", Phone: "51999990005", AMR: officer, Seals: []string{"901"}},
		{CPF: "40050060007", Name: "Fábio Nunes", Level: "gold", About: "servidor do Procon estadual", Email: "fabio.nunes@example.com", Phone: "51999990006", AMR: officer, Seals: []string{"701"}},
		{CPF: "39053344705", Name: "Gilda Teixeira", Level: "gold", About: "gestora do Procon estadual", Email: "gilda.teixeira@example.com", Phone: "51999990007", AMR: officer, Seals: []string{"901"}},
		{CPF: "50060070013", Name: "Heitor Farias", Level: "gold", About: "servidor do Procon de Rio Grande", Email: "heitor.farias@example.com", Phone: "53999990008", AMR: officer, Seals: []string{"701"}},
		{CPF: "12345678909", Name: "Inês Moraes", Level: "gold", About: "sócia da Varejo Exemplo S.A.", Email: "ines.moraes@example.com", Phone: "51999990009", Seals: []string{"801"}, Companies: []Company{varejo.as("SOCIO")}},
		{CPF: "60070080020", Name: "João Batista", Level: "silver", About: "representante legal da Telefonia Modelo Ltda.", Email: "joao.batista@example.com", Phone: "51999990010", Seals: []string{"605"}, Companies: []Company{telefonia.as("REPRESENTANTE_LEGAL")}},
		{CPF: "98765432100", Name: "Kátia Wolff", Level: "gold", About: "administradora do sistema", Email: "katia.wolff@example.com", Phone: "51999990011", AMR: officer, Seals: []string{"901"}},
	}
	for i := range people {
		people[i].Consented = true
		if people[i].AMR == nil {
			people[i].AMR = password
		}
	}
	return people
}

func hardCases() []Person {
	expired := telefonia
	expired.Until = time.Date(2025, 12, 31, 23, 59, 59, 0, brasilia())
	people := []Person{
		{CPF: "70080090036", Name: "Lia Prado", Level: "bronze", About: "nunca autorizou o uso dos dados", Seals: []string{"101"}},
		{CPF: "70180190105", Name: "Marcos Vidal", Level: "silver", About: "identificador com hífen, entrou pelo banco", AMR: []string{"bank", "bank001"}, Seals: []string{"602"}, Subject: HyphenSubject},
		{CPF: "70280290268", Name: "Nair Couto", Level: "silver", About: "identificador que não é o CPF", Seals: []string{"604"}, Subject: PairwiseSubject},
		{CPF: "70380390329", Name: "Otávio Reis", Level: "gold", About: "entrou com o certificado da empresa", AMR: []string{"x509", "x509_token"}, Seals: []string{"801"}, CertificateCNPJ: "11.222.333/0001-81", CertificateName: "VAREJO EXEMPLO S.A.:11222333000181"},
		{CPF: "70480490490", Name: "Paula Simões", Level: "silver", About: "colaboradora de empresa com prazo vencido", Seals: []string{"605"}, Companies: []Company{expired}},
		{CPF: "70580590550", Name: "Quirino Alves", Level: "gold", About: "carteira de identidade nova e segundo fator", AMR: []string{"passwd", "mfa", "otp_offline"}, Seals: []string{"901"}, AsksSecondFactor: true},
		{CPF: "70680690611", Name: "Rosa Terra", Level: "silver", About: "sem telefone, sócia de duas empresas", Seals: []string{"606"}, Companies: []Company{varejo.as("SOCIO"), telefonia.as("SOCIO")}},
		{CPF: "70780790782", Name: "Saulo Machado", SocialName: "Sol Machado", Level: "gold", About: "ouro, com nome social", Seals: []string{"702"}},
		{CPF: "70880890843", Name: "Vera Nogueira", Level: "silver", About: "pessoa para experiências com prazos", Seals: []string{"608"}},
	}
	for i := range people {
		p := &people[i]
		p.Email, p.Phone = "teste"+p.CPF[7:]+"@example.com", "5198888"+p.CPF[7:]
		if p.Name == "Rosa Terra" {
			p.Phone = ""
		}
		if p.AMR == nil {
			p.AMR = []string{"passwd"}
		}
	}
	return people
}

// CalledName is the social name where there is one.
func (p Person) CalledName() string {
	if p.SocialName != "" {
		return p.SocialName
	}
	return p.Name
}

// LevelName is the level as people know it.
func LevelName(level string) string {
	switch level {
	case "gold":
		return "ouro"
	case "silver":
		return "prata"
	default:
		return "bronze"
	}
}

func levelNumber(level string) int {
	switch level {
	case "gold":
		return 3
	case "silver":
		return 2
	default:
		return 1
	}
}
