package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"guiche/internal/cpfcnpj"
	"guiche/internal/fault"
)

// Company is a person's part in a company, as gov.br tells it.
type Company struct {
	CNPJ  string    // fourteen characters
	Name  string    // legal name
	Role  string    // SOCIO, REPRESENTANTE_LEGAL, CONTADOR, NAO_ATUANTE; Collaborator where gov.br names none
	Until time.Time // when that part ends; zero: no end told
}

// Collaborator is the role of whom somebody at the company registered at gov.br: its answer has no "atuacao" then.
const Collaborator = "COLABORADOR"

const (
	defaultCompanyScope = "govbr_empresa"
	companiesTimeout    = 10 * time.Second
	// maxCompanies is how many companies of one person are asked about; each costs one request.
	maxCompanies = 30
)

// Reasons why companies were not told. The sign-in itself is good.
const (
	CompaniesDown    Reason = "the provider does not tell the person's companies"
	CompaniesRefused Reason = "the provider did not allow us to ask for companies"
	CompaniesLie     Reason = "the provider's answer about companies cannot be believed"
)

// TellsCompanies says whether the provider can be asked for a person's companies.
func (c *Client) TellsCompanies(provider string) bool {
	r, err := c.find(provider)
	return err == nil && r.APIURL != ""
}

// BeginCompanies is Begin for a person who wants the provider to tell us their companies too.
func (c *Client) BeginCompanies(ctx context.Context, provider string) (redirectURL string, flow Flow, err error) {
	if !c.TellsCompanies(provider) {
		return "", Flow{}, fault.New(fault.NotFound, "Esta forma de entrar não informa as empresas. Comprove o vínculo com um documento.")
	}
	return c.begin(ctx, provider, true)
}

// companies asks for each company and the person's part in it. The token goes nowhere else and is not kept.
func (r *remote) companies(ctx context.Context, token *oauth2.Token, cpf string) ([]Company, error) {
	ctx, cancel := context.WithTimeout(ctx, companiesTimeout)
	defer cancel()
	api := companyAPI{remote: r, client: oauth2.NewClient(ctx, oauth2.StaticTokenSource(token)), cpf: cpf}
	var told []struct {
		CNPJ string `json:"cnpj"`
		Name string `json:"razaoSocial"`
	}
	if err := api.get(ctx, "?"+url.Values{"filtrar-por-participante": {cpf}}.Encode(), &told); err != nil {
		return nil, err
	}
	if len(told) > maxCompanies {
		told = told[:maxCompanies]
	}
	var list []Company
	seen := map[string]bool{}
	for _, t := range told {
		company := Company{CNPJ: cpfcnpj.NormalizeCNPJ(t.CNPJ), Name: clean(t.Name)}
		if !cpfcnpj.ValidCNPJ(company.CNPJ) || company.Name == "" {
			return nil, companiesFault(r.Label, CompaniesLie, nil)
		}
		if seen[company.CNPJ] {
			continue
		}
		seen[company.CNPJ] = true
		takesPart, err := api.part(ctx, &company)
		if err != nil {
			return nil, err
		}
		if takesPart {
			list = append(list, company)
		}
	}
	return list, nil
}

type companyAPI struct {
	*remote
	client *http.Client
	cpf    string
}

// part fills in the person's role. It is false when the provider knows of none after all.
func (a companyAPI) part(ctx context.Context, company *Company) (bool, error) {
	var told struct {
		CPF   string `json:"cpf"`
		Role  string `json:"atuacao"`
		Until string `json:"dataExpiracao"`
	}
	err := a.get(ctx, "/"+url.PathEscape(company.CNPJ)+"/participantes/"+url.PathEscape(a.cpf), &told)
	if errors.Is(err, errNoPart) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if cpfcnpj.NormalizeCPF(told.CPF) != a.cpf || !knownRole(told.Role) {
		return false, companiesFault(a.Label, CompaniesLie, nil)
	}
	if company.Role = told.Role; company.Role == "" {
		company.Role = Collaborator
	}
	if told.Until != "" {
		if company.Until, err = time.Parse("2006-01-02T15:04:05.000-0700", told.Until); err != nil {
			return false, companiesFault(a.Label, CompaniesLie, err)
		}
	}
	return true, nil
}

// knownRole keeps words we never heard of from becoming a proof.
func knownRole(role string) bool {
	switch role {
	case "", "SOCIO", "REPRESENTANTE_LEGAL", "CONTADOR", "NAO_ATUANTE":
		return true
	}
	return false
}

// errNoPart is COMPANYIDPARTICIPANT_MUSTFOUNDARECORD: the person has no part in the company.
var errNoPart = errors.New("no such participant")

const companiesPath = "/empresas/v2/empresas"

func (a companyAPI) get(ctx context.Context, rest string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(a.APIURL, "/")+companiesPath+rest, nil)
	if err != nil {
		return companiesFault(a.Label, CompaniesDown, err)
	}
	request.Header.Set("Accept", "application/json")
	answer, err := a.client.Do(request)
	if err != nil {
		// The address of the request has the CPF in it, so the error is not repeated.
		return companiesFault(a.Label, CompaniesDown, unnamed(err))
	}
	defer func() { _ = answer.Body.Close() }() // read to the end or given up
	switch answer.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return errNoPart
	case http.StatusUnauthorized, http.StatusForbidden:
		return companiesFault(a.Label, CompaniesRefused, fmt.Errorf("status %d", answer.StatusCode))
	default:
		return companiesFault(a.Label, CompaniesDown, fmt.Errorf("status %d", answer.StatusCode))
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		return companiesFault(a.Label, CompaniesLie, nil)
	}
	return nil
}

// unnamed is the cause of a failed request without its address.
func unnamed(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	}
	return err
}

func companiesFault(label string, reason Reason, cause error) error {
	err := error(reason)
	if cause != nil {
		err = fmt.Errorf("%w: %s", reason, short(cause.Error()))
	}
	text := "O %s não conseguiu informar suas empresas agora. Você entrou normalmente. Tente de novo em alguns minutos ou envie um documento."
	if reason == CompaniesRefused {
		text = "O %s não autorizou a consulta das suas empresas. Você entrou normalmente. Tente de novo e autorize, ou envie um documento."
	}
	return fault.Wrap(fault.Unavailable, fmt.Sprintf(text, label), err)
}
