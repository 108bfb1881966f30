package complaint

import (
	"context"
	"strings"
	"unicode/utf8"

	"guiche/internal/fault"
	"guiche/internal/person"
)

// Body is another body a case may be referred to.
type Body struct{ Code, Name, What string }

// Bodies are those offered by name; "outro" lets the officer write one.
var Bodies = []Body{
	{"anatel", "Anatel", "telecomunicações"},
	{"aneel", "Aneel", "energia elétrica"},
	{"bacen", "Banco Central", "bancos e pagamentos"},
	{"ans", "ANS", "planos de saúde"},
	{"anac", "Anac", "transporte aéreo"},
	{"antt", "ANTT", "transporte terrestre entre estados"},
	{"agergs", "AGERGS", "serviços públicos delegados do estado"},
	{"susep", "Susep", "seguros"},
	{"anvisa", "Vigilância sanitária", "alimentos, remédios e produtos que fazem mal à saúde"},
	{"jec", "Juizado Especial Cível", "causas de até 40 salários mínimos; até 20 sem advogado"},
	{"defensoria", "Defensoria Pública", "quem não pode pagar advogado"},
	{"mp", "Ministério Público", "dano a muitas pessoas"},
	{"consumidor.gov.br", "consumidor.gov.br", "empresas que respondem naquele serviço"},
	{"outro", "Outro órgão", "escreva o nome"},
}

// Referral is where a case goes and why.
type Referral struct {
	Body      string // code of Bodies
	BodyName  string // when Body is "outro"
	Reason    string // what the consumer reads
	Reference string // number there, when known
}

// Refer sends the case to another body and tells the consumer why.
func (s *Service) Refer(ctx context.Context, actor person.Actor, ref Ref, r Referral) error {
	name, err := r.check()
	if err != nil {
		return err
	}
	return s.act(ctx, actor, AsOfficer, ref, change{act: ActRefer, reason: r.Reason, tells: consumerOnly,
		data: map[string]any{"body": r.Body, "body_name": name, "reference": r.Reference}})
}

func (r Referral) check() (name string, err error) {
	problems := fault.Fields{}
	for _, body := range Bodies {
		if body.Code == r.Body {
			name = body.Name
		}
	}
	if name == "" {
		problems.Add("orgao", "Escolha o órgão que vai cuidar do caso.")
	}
	if r.Body == "outro" {
		if name = strings.TrimSpace(r.BodyName); name == "" {
			problems.Add("orgao_nome", "Escreva o nome do órgão.")
		}
	}
	if utf8.RuneCountInString(name) > 120 {
		problems.Add("orgao_nome", "Encurte o nome do órgão: cabem no máximo 120 letras.")
	}
	if utf8.RuneCountInString(r.Reference) > 60 {
		problems.Add("referencia", "Encurte o número: cabem no máximo 60 letras.")
	}
	checkReason(problems, r.Reason, "Explique à pessoa por que o caso vai para outro órgão e o que ela faz agora.")
	return name, problems.Err()
}

func checkReason(problems fault.Fields, reason, empty string) {
	const field = "motivo"
	if err := (Say{Body: reason}).check(field, empty); err != nil {
		problems.Add(field, fault.FieldsOf(err)[field])
	}
}

// Recall takes a referred case back.
func (s *Service) Recall(ctx context.Context, actor person.Actor, ref Ref, reason string) error {
	problems := fault.Fields{}
	checkReason(problems, reason, "Explique por que o caso volta.")
	if err := problems.Err(); err != nil {
		return err
	}
	return s.act(ctx, actor, AsOfficer, ref, change{act: ActRecall, reason: reason, tells: consumerOnly})
}
