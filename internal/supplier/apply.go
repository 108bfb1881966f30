package supplier

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
	"guiche/internal/text"
)

const (
	// openRequests is how many undecided requests a person may have, and monthlyRequests how many they may begin in 30 days.
	openRequests    = 5
	monthlyRequests = 20
	month           = 30 * 24 * time.Hour
	// oldDraft is the age at which a request that was never sent is forgotten.
	oldDraft = month

	maxName = 120
)

// Documents are the files sent with a request. Package attachment, which comes later, keeps them.
type Documents interface {
	CountOfRegistration(tx *db.Tx, id string) (int, error)
	DeleteRegistration(tx *db.Tx, ids ...string) error
}

// checkSure refuses accounts of which gov.br is less than sure: a mandate is given to a CPF.
func checkSure(who person.Actor) error {
	if who.CPF != "" && who.Level.AtLeast(person.Silver) {
		return nil
	}
	return fault.New(fault.Forbidden, "Para agir em nome de uma empresa, sua conta gov.br precisa ser prata ou ouro.")
}

// Begin makes a request for the company of a CNPJ, or gives the id of the one the person has open already. A link
// that gov.br confirmed within the last day proves it; else a document must. The fault is Invalid at "cnpj", Forbidden
// for an account below silver.
func (s *Service) Begin(ctx context.Context, who person.Actor, cnpj string) (id string, err error) {
	if err := checkSure(who); err != nil {
		return "", err
	}
	cnpj = cpfcnpj.NormalizeCNPJ(cnpj)
	if !cpfcnpj.ValidCNPJ(cnpj) {
		return "", fault.Fields{"cnpj": "Este CNPJ não existe: confira os quatorze caracteres."}.Err()
	}
	err = s.DB.Transact(ctx, func(tx *db.Tx) error {
		id, err = s.begin(tx, who, cnpj)
		return err
	})
	return id, err
}

func (s *Service) begin(tx *db.Tx, who person.Actor, cnpj string) (string, error) {
	// Requests of one person wait for each other, so that the count holds.
	if _, err := tx.Exec(`UPDATE account SET seen_at = seen_at WHERE id = $1`, who.AccountID); err != nil {
		return "", err
	}
	open, err := db.Column[string](tx, `SELECT id FROM registration WHERE account_id = $1 AND cnpj = $2 AND state IN ('draft', 'pending')`, who.AccountID, cnpj)
	if err != nil || len(open) > 0 {
		return strings.Join(open, ""), err
	}
	if err := s.checkRequestLimit(tx, who); err != nil {
		return "", err
	}
	r := Registration{ID: db.NewID(), AccountID: who.AccountID, CPF: who.CPF, Name: who.Name, CNPJ: cnpj, Basis: ByDocument, ValidTo: Endless, State: Draft, CreatedAt: s.Now()}
	if err := s.prefill(tx, who, &r); err != nil {
		return "", err
	}
	return r.ID, s.insertRequest(tx, r)
}

func (s *Service) checkRequestLimit(tx *db.Tx, who person.Actor) error {
	open, err := db.Scalar[int](tx, `SELECT count(*) FROM registration WHERE account_id = $1 AND state IN ('draft', 'pending')`, who.AccountID)
	if err != nil {
		return err
	}
	recent, err := db.Scalar[int](tx, `SELECT count(*) FROM registration WHERE account_id = $1 AND created_at > $2`, who.AccountID, s.Now().Add(-month).UnixMicro())
	switch {
	case err != nil:
		return err
	case open >= openRequests:
		return fault.Fields{"cnpj": "Você já tem 5 pedidos em aberto. Espere a resposta ou desista de um deles."}.Err()
	case recent >= monthlyRequests:
		return fault.Fields{"cnpj": "Você fez 20 pedidos nos últimos 30 dias. Espere alguns dias ou procure o Procon."}.Err()
	}
	return nil
}

// prefill takes what gov.br and the master know of the company.
func (s *Service) prefill(tx *db.Tx, who person.Actor, r *Registration) error {
	known, err := GetByCNPJ(tx, r.CNPJ)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if who.ActsFor(known.ID) {
		return fault.Fields{"cnpj": "Você já atua por esta empresa."}.Err()
	}
	r.LegalName, r.TradeName, r.Segment, r.Seat = known.LegalName, known.TradeName, known.Segment, known.Seat
	link, err := s.prove(tx, r)
	if link.Name != "" {
		r.LegalName = link.Name
	}
	return err
}

// prove rests the request on what gov.br said within the last day, if that is enough; else on a document.
func (s *Service) prove(tx *db.Tx, r *Registration) (Link, error) {
	r.Basis, r.ValidTo = ByDocument, Endless
	link, err := s.linkTo(tx, r.AccountID, r.CNPJ)
	if fault.Is(err, fault.NotFound) {
		return Link{}, nil
	}
	if err == nil && link.Objection(s.today()) == "" {
		r.Basis, r.ValidTo = byGovBr+link.Role, link.ValidTo
	}
	return link, err
}

// Declare stores what the person says of the company, in a request not sent yet. Right or wrong, it is kept to be
// corrected; what is wrong is the Invalid error, with messages at "razao_social", "nome", "segmento", "email", "telefone".
func (s *Service) Declare(ctx context.Context, who person.Actor, id string, d Declaration) error {
	contact, wrong := d.check()
	if contact.Email != "" {
		d.Email = contact.Email
	}
	if contact.Phone != "" {
		d.Phone = contact.Phone
	}
	err := s.DB.Transact(ctx, func(tx *db.Tx) error {
		r, err := s.ownDraft(tx, who, id)
		if err != nil {
			return err
		}
		r.Declaration = d.shortened()
		return saveRequest(tx, r)
	})
	if err != nil {
		return err
	}
	return wrong
}

func (d Declaration) check() (person.Contact, error) {
	fields := fault.Fields{}
	for field, name := range map[string]string{"razao_social": d.LegalName, "nome": d.TradeName} {
		if text.Fold(name) == "" {
			fields.Add(field, "Escreva o nome, como os clientes ou os documentos o mostram.")
		}
		if utf8.RuneCountInString(name) > maxName {
			fields.Add(field, "Cabem 120 letras. Encurte o nome.")
		}
	}
	if !taxonomy.Segments().Has(d.Segment) {
		fields.Add("segmento", "Escolha o que a empresa faz.")
	}
	if d.Email == "" {
		fields.Add("email", "Escreva o e-mail em que a empresa recebe os avisos.")
	}
	if d.Phone == "" {
		fields.Add("telefone", "Escreva um telefone da empresa, com DDD.")
	}
	contact, err := person.CheckContact(d.Email, d.Phone)
	for field, text := range fault.FieldsOf(err) {
		fields.Add(field, text)
	}
	return contact, fields.Err()
}

// shortened bounds what is kept of a declaration that was refused.
func (d Declaration) shortened() Declaration {
	cut := func(s string) string {
		for i := range s {
			if i > 4*maxName {
				return s[:i]
			}
		}
		return s
	}
	return Declaration{cut(d.LegalName), cut(d.TradeName), cut(d.Segment), cut(d.Seat), cut(d.Email), cut(d.Phone)}
}

// ownDraft is a request of the person that was not sent yet, locked. What is another's does not exist.
func (s *Service) ownDraft(tx *db.Tx, who person.Actor, id string) (Registration, error) {
	r, err := s.requestByID(tx, id, tx.ForUpdate())
	switch {
	case err != nil:
		return r, err
	case r.AccountID != who.AccountID:
		return r, fault.New(fault.NotFound, "Não encontramos este pedido.")
	case r.State != Draft:
		return r, fault.New(fault.Conflict, "Este pedido já foi enviado.")
	}
	return r, nil
}

// Ready tells what a request still lacks before its terms can be accepted, as Declare does; nil: nothing.
func (s *Service) Ready(ctx context.Context, who person.Actor, id string) error {
	return s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := s.requestByID(tx, id, "")
		if err != nil || r.AccountID != who.AccountID {
			return fault.Wrap(fault.NotFound, "Não encontramos este pedido.", db.ErrNoRow)
		}
		return s.ready(tx, &r)
	})
}

func (s *Service) ready(tx *db.Tx, r *Registration) error {
	if _, err := s.prove(tx, r); err != nil {
		return err
	}
	lacks := fault.Fields{}
	_, wrong := r.check()
	for field, text := range fault.FieldsOf(wrong) {
		lacks.Add(field, text)
	}
	n, err := s.Documents.CountOfRegistration(tx, r.ID)
	if err == nil && n == 0 && r.NeedsDocument() {
		lacks.Add("documento", "Falta o documento que liga você à empresa. Pode ser uma foto.")
	}
	if err != nil {
		return err
	}
	return lacks.Err()
}

// Send accepts the terms of a version and puts the request before those who decide. The fault is Invalid when something
// is missing, Conflict when the terms changed meanwhile. Sending twice is sending once.
func (s *Service) Send(ctx context.Context, who person.Actor, id, version string) error {
	if err := checkSure(who); err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		r, err := s.ownDraft(tx, who, id)
		if fault.Is(err, fault.Conflict) && r.State == Pending {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.checkVersion(tx, version); err != nil {
			return err
		}
		if err := s.ready(tx, &r); err != nil {
			return err
		}
		r.TermsVersion, r.AcceptedAt, r.SentAt, r.State = version, s.Now(), s.Now(), Pending
		if err := s.place(tx, &r); err != nil {
			return err
		}
		if err := saveRequest(tx, r); err != nil {
			return err
		}
		if err := s.recordRequest(tx, who, asPerson, r, "ask", ""); err != nil {
			return err
		}
		return s.tell(tx, RequestSent, r.ID)
	})
}

// place finds the company in the master and whether somebody acts for it already.
func (s *Service) place(tx *db.Tx, r *Registration) error {
	known, err := GetByCNPJ(tx, r.CNPJ)
	if fault.Is(err, fault.NotFound) {
		r.SupplierID, r.Joins = "", false
		return nil
	}
	if err != nil {
		return err
	}
	holders, err := s.People.MandateHolders(tx, known.ID, s.today())
	r.SupplierID, r.Joins = known.ID, known.Registered() && len(holders) > 0
	return err
}

// Withdraw takes a request back; twice is once. One that was not sent yet is forgotten with its documents, and then there is
// none.
func (s *Service) Withdraw(ctx context.Context, who person.Actor, id string) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		r, err := s.requestByID(tx, id, tx.ForUpdate())
		if err == nil && r.AccountID != who.AccountID {
			err = fault.New(fault.NotFound, "Não encontramos este pedido.")
		}
		if err != nil {
			return err
		}
		switch r.State {
		case Draft:
			return s.forget(tx, r.ID)
		case Pending:
			r.State, r.DecidedAt = Withdrawn, s.Now()
			if err := saveRequest(tx, r); err != nil {
				return err
			}
			return s.recordRequest(tx, who, asPerson, r, "withdraw", "")
		case Withdrawn:
			return nil
		}
		return fault.New(fault.Conflict, "Este pedido já foi decidido.")
	})
}

func (s *Service) forget(tx *db.Tx, ids ...string) error {
	if err := s.Documents.DeleteRegistration(tx, ids...); err != nil {
		return err
	}
	var q db.Query
	q.In(`DELETE FROM registration WHERE id IN`, ids)
	_, err := tx.Exec(q.Text(), q.Args()...)
	return err
}

// forgottenAtOnce bounds one run of Prune.
const forgottenAtOnce = 200

// Prune forgets requests that were begun a month ago and never sent, and links and invitations long over.
func (s *Service) Prune(ctx context.Context) error {
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		old, err := db.Column[string](tx, `SELECT id FROM registration WHERE state = 'draft' AND created_at < $1 ORDER BY created_at LIMIT $2`,
			s.Now().Add(-oldDraft).UnixMicro(), forgottenAtOnce)
		if err != nil {
			return err
		}
		if err := s.forget(tx, old...); err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM company_link WHERE confirmed_at < $1`, s.Now().Add(-month).UnixMicro())
		return err
	})
}

// Request is one request of the person; fault.NotFound for every other.
func (s *Service) Request(ctx context.Context, who person.Actor, id string) (r Registration, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if r, err = s.requestByID(tx, id, ""); err == nil && r.AccountID != who.AccountID {
			err = fault.New(fault.NotFound, "Não encontramos este pedido.")
		}
		if err == nil && r.State == Draft {
			_, err = s.prove(tx, &r)
		}
		return err
	})
	return r, err
}

// shownRequests is how many of their requests a person sees.
const shownRequests = 30

// Requests are the person's own, the newest first.
func (s *Service) Requests(ctx context.Context, who person.Actor) (list []Registration, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = db.All(tx, s.scanRegistration, `SELECT `+registrationColumns+` FROM registration WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2`,
			who.AccountID, shownRequests)
		return err
	})
	return list, err
}
