package simulate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"guiche/internal/complaint"
	"guiche/internal/person"
	"guiche/internal/seed"
	"guiche/internal/supplier"
	"guiche/internal/taxonomy"
)

// market is a part of what people complain about. Banks and telecom dominate, as in the open data of
// consumidor.gov.br (41 % banks; inside banks about 72 % are charges).
type market struct {
	weight  int // of a hundred
	segment string
	area    string
	charges int // of a hundred complaints, those about a charge
	things  []string
}

func markets() []market {
	return []market{
		{41, "5", "servicos-financeiros", 72, []string{"empréstimo consignado", "cartão de crédito", "conta corrente", "seguro no cartão"}},
		{24, "1", "telecomunicacoes", 45, []string{"plano de celular", "internet de fibra", "pacote combo", "linha fixa"}},
		{12, "8", "demais-produtos", 15, []string{"geladeira", "sofá", "fogão", "estante"}},
		{6, "9", "produtos-telefonia-informatica", 20, []string{"aparelho celular", "notebook", "fone de ouvido"}},
		{6, "14", "agua-energia-gas", 50, []string{"conta de luz", "ligação nova de energia"}},
		{4, "4", "transportes", 25, []string{"passagem aérea", "bagagem"}},
		{4, "2", "saude", 30, []string{"plano de saúde", "reembolso de consulta"}},
		{3, "22", "educacao", 40, []string{"mensalidade", "matrícula"}},
	}
}

// crowd is who and what the invented cases are about.
type crowd struct {
	consumers []person.Account
	officers  []person.Account
	places    []string // municipalities of residence, IBGE codes
	suppliers []supplier.Supplier
}

// Author invents cases: the same seed, day and crowd give the same ones.
type Author struct {
	crowd
	rand *rand.Rand
	now  time.Time
	n    int
}

func newAuthor(seed uint64, now time.Time, c crowd) *Author {
	return &Author{crowd: c, rand: rand.New(rand.NewPCG(seed, seed)), now: now} //nolint:gosec // believable, not secret
}

func pick[T any](a *Author, list []T) T { return list[a.rand.IntN(len(list))] }

// rather picks an early entry more often than a late one: some companies and some places have most of the cases.
func rather[T any](a *Author, list []T) T {
	at := a.rand.Float64()
	return list[int(at*at*float64(len(list)))]
}

func (a *Author) market() market {
	at := a.rand.IntN(100)
	for _, m := range markets() {
		if at -= m.weight; at < 0 {
			return m
		}
	}
	return markets()[0]
}

// Next invents one case of the state's Procon or of Rio Grande's.
func (a *Author) Next() complaint.Complaint {
	a.n++
	m, by := a.market(), pick(a, a.consumers)
	c := complaint.Complaint{AgencyID: seed.StateAgency, Route: complaint.Agency, RouteRule: rule, RouteWhy: "Caso inventado."}
	c.Consumer = complaint.Consumer{AccountID: by.ID, Name: by.Name, CPF: by.CPF, Level: by.Level, Email: by.Email, Phone: "5133330000",
		Address: complaint.Address{Postcode: "90000000", Street: "Rua " + pick(a, family), Number: fmt.Sprint(1 + a.rand.IntN(3000)), District: "Centro", Municipality: rather(a, a.places)}}
	if a.rand.IntN(100) < 6 {
		c.AgencyID, c.Consumer.Municipality = seed.RioGrande, seed.RioGrandeID
	}
	a.purchase(&c, m)
	a.Life(&c)
	return c
}

// Contract is the number that only the n-th case names.
func Contract(n int) string { return fmt.Sprint("CT", 100_000+n) }

func (a *Author) purchase(c *complaint.Complaint, m market) {
	thing := pick(a, m.things)
	problem := pick(a, taxonomy.Problems())
	if a.rand.IntN(100) < m.charges {
		problem = pick(a, taxonomy.Problems().Under("cobranca"))
	}
	c.Purchase = complaint.Purchase{Segment: m.segment, Area: m.area, Subject: pick(a, taxonomy.Subjects().Under(m.area)).Code, Problem: problem.Code,
		BoughtHow: pick(a, taxonomy.Purchases()).Code, AmountCents: 1000 + a.rand.Int64N(500_000), ContractNumber: Contract(a.n), ContactedSupplier: true,
		Remedy: pick(a, taxonomy.Remedies()).Code}
	c.BoughtOn = a.now.AddDate(0, -1-a.rand.IntN(24), -a.rand.IntN(28)).Format("2006-01-02")
	c.Narrative = a.story(thing, problem.Label, c.ContractNumber)
	a.supplier(c, m)
}

// supplier is a company of the market: one of the master, which answers directly when it has registered, or one
// that only the consumer describes.
func (a *Author) supplier(c *complaint.Complaint, m market) {
	var of []supplier.Supplier
	for _, s := range a.suppliers {
		if s.Segment == m.segment {
			of = append(of, s)
		}
	}
	if len(of) == 0 || a.rand.IntN(100) < 30 {
		c.SupplierName = rather(a, family) + " " + m.things[0] + " Ltda."
		return
	}
	s := rather(a, of)
	c.SupplierID, c.SupplierName, c.SupplierCNPJ = s.ID, s.TradeName, s.CNPJ
	if s.Registered() && a.rand.IntN(100) < 70 {
		c.Route = complaint.Direct
	}
}

// share is how many of a hundred cases of a route are in a state.
type share struct {
	state complaint.State
	of100 int
}

func shares(route complaint.Route) []share {
	if route == complaint.Direct {
		return []share{{complaint.Closed, 60}, {complaint.AwaitingSupplier, 20}, {complaint.AwaitingRating, 15}, {complaint.AwaitingConsumer, 3}, {complaint.RefusalReview, 2}}
	}
	return []share{{complaint.Closed, 55}, {complaint.InReview, 15}, {complaint.AwaitingSupplier, 11}, {complaint.Screening, 8}, {complaint.AwaitingConsumer, 6},
		{complaint.Referred, 4}, {complaint.Hearing, 1}}
}

// Life puts the case somewhere in its life: closed ones over two years, those that an officer has to work on since a few
// weeks at most, so that some are late, and those that wait for somebody else since less than their clock allows: the
// program would have moved them on.
func (a *Author) Life(c *complaint.Complaint) {
	at := a.rand.IntN(100)
	for _, s := range shares(c.Route) {
		if at -= s.of100; at < 0 {
			c.State = s.state
			break
		}
	}
	back := func(days int) time.Time {
		return a.now.Add(-time.Duration(a.rand.Int64N(int64(days) * int64(24*time.Hour))))
	}
	switch c.State {
	default:
		c.UpdatedAt = back(20)
	case complaint.AwaitingConsumer, complaint.AwaitingSupplier, complaint.AwaitingRating:
		c.UpdatedAt = back(4)
	case complaint.Closed:
		c.ClosedAt, c.Outcome = back(730), pick(a, complaint.OfficerOutcomes)
		c.UpdatedAt = c.ClosedAt
	}
	c.FiledAt = c.UpdatedAt
	switch {
	case c.State == complaint.Screening, c.Route == complaint.Direct && c.State == complaint.AwaitingSupplier:
	case c.Route == complaint.Direct:
		c.FiledAt = c.UpdatedAt.AddDate(0, 0, -a.answerDays())
	default:
		c.FiledAt = c.UpdatedAt.AddDate(0, 0, -1-a.rand.IntN(40))
	}
	if c.State == complaint.AwaitingConsumer {
		c.Resume = shares(c.Route)[1].state
	}
	if c.Route == complaint.Agency && (c.State != complaint.Screening || a.rand.IntN(100) < 20) {
		by := pick(a, a.officers)
		c.OfficerID, c.OfficerName = by.ID, by.DisplayName()
	}
}

// answerDays is after how many days a company answers: half within a week, and nearly a quarter on the last day, the
// tenth (consumidor.gov.br, 2014: quartiles 4, 7 and 9, 23 % on day 10).
func (a *Author) answerDays() int {
	switch of100 := a.rand.IntN(100); {
	case of100 < 26:
		return a.rand.IntN(5)
	case of100 < 51:
		return 5 + a.rand.IntN(3)
	case of100 < 77:
		return 8 + a.rand.IntN(2)
	}
	return 10
}

var family = []string{"Silva", "Souza", "Machado", "Prates", "Nunes", "Farias", "Teixeira", "Moraes", "Ribeiro", "Lopes", "Dias", "Batista", "Wolff", "Schneider",
	"Bianchi", "Pereira", "Duarte", "Vargas", "Flores", "Brum", "Antunes", "Koch", "Weber", "Rossi", "Medeiros", "Camargo", "Oliveira", "Fontoura"}

var given = []string{"Ana", "Bruno", "Clara", "Davi", "Eva", "Felipe", "Graça", "Hugo", "Iara", "Jonas", "Kelly", "Luís", "Marta", "Nilo", "Olga", "Paulo", "Rita",
	"Saulo", "Tânia", "Ulisses", "Vera", "Wagner", "Yara", "Zeca"}

var sentences = []string{
	"Fiz o contrato pelo telefone e ninguém explicou a fidelidade.", "A cobrança veio em dobro na fatura e a empresa diz que está certa.",
	"Liguei quatro vezes para o atendimento e cada pessoa disse uma coisa.", "Mandaram um técnico, que não resolveu e não voltou.",
	"O prazo de entrega passou faz três semanas.", "Pedi o cancelamento e continuam descontando do meu benefício.",
	"O produto parou de funcionar dentro da garantia e a assistência recusou o conserto.", "Tenho as conversas gravadas e as faturas dos últimos seis meses.",
	"Meu nome foi parar no cadastro de devedores por uma dívida que não é minha.", "A loja oferece só vale-compra, e eu quero o dinheiro de volta.",
	"Sou aposentada e dependo desse serviço para falar com minha família.", "Depois da enchente a empresa cobrou pelo mês em que nada funcionou.",
	"Não reconheço a assinatura do contrato que me mostraram.", "A propaganda prometia outra velocidade e outro preço.",
}

func (a *Author) story(thing, problem, contract string) string {
	parts := []string{"Meu problema é com " + thing + ": " + strings.ToLower(problem) + ".", "O número do contrato é " + contract + "."}
	for range 3 + a.rand.IntN(6) {
		parts = append(parts, pick(a, sentences))
	}
	return strings.Join(parts, " ")
}

// cpf is the n-th invented CPF, with right check digits.
func cpf(n int) string {
	digits := fmt.Sprintf("%09d", 100_000_001+n%800_000_000)
	for range 2 {
		sum := 0
		for i, d := range digits {
			sum += int(d-'0') * (len(digits) + 1 - i)
		}
		digits += string(rune('0' + sum*10%11%10))
	}
	return digits
}

func name(n int) string {
	return given[n%len(given)] + " " + family[n/len(given)%len(family)] + " " + family[(n/7+3)%len(family)]
}
