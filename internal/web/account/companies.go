package account

import (
	"context"
	"log/slog"
	"net/http"

	"guiche/internal/calendar"
	"guiche/internal/fault"
	"guiche/internal/oidc"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/web/ui"
)

// companiesBack is where a person is who asked gov.br for their companies.
const companiesBack = "/empresa/cadastro"

// TellsCompanies says whether the provider of the visitor can be asked for their companies.
func (s *Site) TellsCompanies(r *http.Request) bool { return s.OIDC.TellsCompanies(s.provider(r)) }

// askCompanies sends a person who is signed in to their provider again, to let it tell us their companies.
func (s *Site) askCompanies(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	address, started, err := s.OIDC.BeginCompanies(r.Context(), s.provider(r))
	if err != nil {
		return s.refused(w, r, who, err, flow{Back: companiesBack})
	}
	if err := s.keepFlow(r.Context(), flow{started, companiesBack, s.Now()}); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return ui.SeeOther(w, r, address)
}

// keepCompanies stores what the provider told of the person's companies, or says that it could not.
func (s *Site) keepCompanies(ctx context.Context, accountID string, identity oidc.Identity) error {
	if identity.CompaniesErr != nil {
		s.UI.Log.Warn("companies not told", slog.String("reference", ui.RequestID(ctx)), slog.String("reason", string(oidc.ReasonOf(identity.CompaniesErr))))
		s.UI.Warn(ctx, fault.Text(identity.CompaniesErr))
		return nil //nolint:nilerr // the sign-in is good without; the person was told
	}
	var links []supplier.Link
	for _, c := range identity.Companies {
		link := supplier.Link{CNPJ: c.CNPJ, Name: c.Name, Role: c.Role, ValidTo: supplier.Endless}
		if !c.Until.IsZero() {
			link.ValidTo = calendar.Of(c.Until).String()
		}
		links = append(links, link)
	}
	if len(links) == 0 {
		s.UI.Warn(ctx, "O gov.br não conhece nenhuma empresa ligada ao seu CPF. Envie um documento da empresa.")
	}
	return s.Suppliers.KeepLinks(ctx, accountID, links)
}
