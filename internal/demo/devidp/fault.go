package devidp

import (
	"io"
	"net/http"
	"slices"
	"time"
)

// Fault is a switch that makes the provider lie, fail or follow another habit of gov.br. Its value
// is what the form of falhas sends.
type Fault string

// Lies: a careful client refuses each of them.
const (
	ClockAhead        Fault = "relogio-adiantado"
	ClockBehind       Fault = "relogio-atrasado"
	ExpiredIDToken    Fault = "token-vencido"
	WrongNonce        Fault = "nonce-errado"
	WrongAudience     Fault = "publico-errado"
	ExtraAudience     Fault = "publico-a-mais"
	WrongParty        Fault = "parte-errada"
	NoNonce           Fault = "sem-nonce"
	NoIssueTime       Fault = "sem-emissao"
	NotYetValid       Fault = "ainda-nao-vale"
	NoSubject         Fault = "sem-sujeito"
	OtherAlgorithm    Fault = "assina-com-rs384"
	WrongIssuer       Fault = "emissor-errado"
	WrongMetadata     Fault = "metadados-de-outro"
	UnknownKey        Fault = "chave-desconhecida"
	ForgedSignature   Fault = "assinatura-falsa"
	WeakAlgorithm     Fault = "algoritmo-fraco"
	NoSignature       Fault = "sem-assinatura"
	OtherSubject      Fault = "sujeito-trocado"
	WrongAccessToken  Fault = "acesso-trocado"
	WrongCPF          Fault = "cpf-errado"
	NoCPF             Fault = "sem-cpf"
	NoIDToken         Fault = "sem-token"
	WrongState        Fault = "estado-trocado"
	RefusedSecret     Fault = "segredo-recusado"
	MissingScope      Fault = "escopo-ausente"
	UnknownLevel      Fault = "nivel-desconhecido"
	HomeReturn        Fault = "volta-pela-capa"
	SessionSurvives   Fault = "sessao-sobrevive"
	StrictState       Fault = "estado-exigido"
	HyphenatedSubject Fault = "sujeito-com-hifen"
	SignsRS512        Fault = "assina-com-rs512"
	PictureInBase64   Fault = "foto-em-base64"
	OtherParticipant  Fault = "participante-trocado"
	UnknownRole       Fault = "atuacao-desconhecida"
	WrongCNPJ         Fault = "cnpj-errado"
)

// Endpoint names a part of the provider that can fail.
type Endpoint string

// The endpoints the client's server talks to.
const (
	MetadataEndpoint Endpoint = "metadados"
	KeysEndpoint     Endpoint = "chaves"
	TokenEndpoint    Endpoint = "token"
	UserInfoEndpoint Endpoint = "userinfo"
	CompanyEndpoint  Endpoint = "empresas"
)

// Breaks answers 500 at the endpoint.
func Breaks(e Endpoint) Fault { return "erro-500:" + Fault(e) }

// Hangs gives no answer at the endpoint for half a minute.
func Hangs(e Endpoint) Fault { return "demora:" + Fault(e) }

// Drops closes the connection at the endpoint without an answer.
func Drops(e Endpoint) Fault { return "cai:" + Fault(e) }

const (
	hangTime  = 30 * time.Second
	clockFlaw = 5 * time.Minute
)

type faultInfo struct {
	Fault Fault
	About string
}

// knownFaults is everything the form offers.
func knownFaults() []faultInfo {
	list := []faultInfo{
		{ClockAhead, "o relógio do provedor está 5 minutos adiantado"},
		{ClockBehind, "o relógio do provedor está 5 minutos atrasado"},
		{ExpiredIDToken, "o ID token já venceu"},
		{WrongNonce, "o ID token traz outro nonce"},
		{WrongAudience, "o ID token é para outro sistema"},
		{ExtraAudience, "o ID token é para nós e para outro sistema"},
		{WrongParty, "o ID token foi pedido por outro sistema (azp)"},
		{NoNonce, "o ID token não traz nonce"},
		{NoIssueTime, "o ID token não diz quando foi emitido"},
		{NotYetValid, "o ID token só vale daqui a 5 minutos"},
		{NoSubject, "o ID token e o userinfo não dizem de quem são"},
		{OtherAlgorithm, "a assinatura é RS384, que não foi anunciada"},
		{WrongIssuer, "o ID token é de outro emissor"},
		{WrongMetadata, "os metadados são de outro emissor"},
		{UnknownKey, "o ID token é assinado com chave que não foi publicada"},
		{ForgedSignature, "o ID token é assinado com outra chave sob o mesmo nome"},
		{WeakAlgorithm, "o ID token é assinado com HS256 e a senha do sistema"},
		{NoSignature, "o ID token não tem assinatura"},
		{OtherSubject, "o userinfo fala de outra pessoa"},
		{WrongAccessToken, "o at_hash é de outro token de acesso"},
		{WrongCPF, "o CPF tem dígito errado"},
		{NoCPF, "o CPF não vem"},
		{NoIDToken, "o ID token não vem"},
		{WrongState, "o state volta trocado"},
		{RefusedSecret, "a senha do sistema é recusada: 401 sem corpo"},
		{MissingScope, "os escopos pedidos não são dados"},
		{UnknownLevel, "o nível tem um nome novo"},
		{HomeReturn, "depois de entrar, a pessoa volta para a capa do sistema"},
		{SessionSurvives, "a sessão no provedor sobrevive à saída: a próxima entrada é silenciosa"},
		{StrictState, "o state é obrigatório"},
		{HyphenatedSubject, "o identificador de todos vem com hífen"},
		{SignsRS512, "a assinatura é RS512"},
		{PictureInBase64, "a foto vem em base64"},
		{OtherParticipant, "o vínculo com a empresa é de outra pessoa"},
		{UnknownRole, "o vínculo com a empresa tem um nome novo"},
		{WrongCNPJ, "o CNPJ da empresa tem dígito errado"},
	}
	for _, e := range []Endpoint{MetadataEndpoint, KeysEndpoint, TokenEndpoint, UserInfoEndpoint, CompanyEndpoint} {
		list = append(list, faultInfo{Breaks(e), "erro 500 em " + string(e)},
			faultInfo{Hangs(e), "nenhuma resposta por 30 segundos em " + string(e)},
			faultInfo{Drops(e), "a conexão cai em " + string(e)})
	}
	return list
}

// SetFaults turns exactly these faults on and all others off.
func (p *Provider) SetFaults(faults ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = slices.Clone(faults)
}

func (p *Provider) has(f Fault) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.faults, f)
}

// failing wraps an endpoint with the ways in which it can be out of order.
func (p *Provider) failing(e Endpoint, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case p.has(Breaks(e)):
			http.Error(w, "erro interno", http.StatusInternalServerError)
		case p.has(Hangs(e)):
			hang(r)
		case p.has(Drops(e)):
			panic(http.ErrAbortHandler)
		default:
			next(w, r)
		}
	}
}

// hang reads the body first: only then does the server notice that the client gave up.
func hang(r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	select {
	case <-r.Context().Done():
	case <-time.After(hangTime):
	}
}

type faultsPage struct {
	page
	Faults []faultChoice
}

type faultChoice struct {
	faultInfo
	On bool
}

func (p *Provider) showFaults(w http.ResponseWriter, _ *http.Request) {
	data := faultsPage{page: p.page("Falhas do provedor de demonstração")}
	for _, f := range knownFaults() {
		data.Faults = append(data.Faults, faultChoice{f, p.has(f.Fault)})
	}
	p.render(w, http.StatusOK, "faults", data)
}

// changeFaults sets what the form says. "girar_chave" also makes a new signing key.
func (p *Provider) changeFaults(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		p.fail(w, http.StatusBadRequest, "Não foi possível ler o formulário. Envie de novo.")
		return
	}
	var faults []Fault
	for _, f := range knownFaults() {
		if slices.Contains(r.PostForm["falha"], string(f.Fault)) {
			faults = append(faults, f.Fault)
		}
	}
	p.SetFaults(faults...)
	if r.PostForm.Get("girar_chave") != "" {
		p.RotateKey()
	}
	http.Redirect(w, r, p.base+"falhas", http.StatusSeeOther)
}
