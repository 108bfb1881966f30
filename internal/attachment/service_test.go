package attachment

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"guiche/internal/blob"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/job"
	"guiche/internal/secret/secrettest"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
)

const (
	ana      = "account-ana"
	elisa    = "account-elisa"
	draftA   = "draft-a"
	draftB   = "draft-b"
	caseA    = "case-a"
	caseB    = "case-b"
	nowhere  = "case-none"
	messageA = "message-a"
)

func newService(t testing.TB, d *db.DB) *Service {
	t.Helper()
	now := func() time.Time { return noon }
	blobs, err := blob.OpenDir(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	write(t, d,
		`INSERT INTO municipality (id, state, name, sort_key) VALUES ('4300034', 'RS', 'Aceguá', 'acegua')`,
		`INSERT INTO agency (id, kind, name, short_name, municipality_id, installed) VALUES ('rs', 'state', 'Procon RS', 'Procon', '4300034', 1)`,
	)
	for _, account := range []string{ana, elisa} {
		write(t, d, `INSERT INTO account (id, issuer, subject, name, level, created_at, seen_at) VALUES ('`+account+`', 'x', '`+account+`', 'N', 'silver', 0, 0)`)
	}
	for _, draft := range []string{draftA, draftB} {
		write(t, d, `INSERT INTO draft (id, account_id, data, created_at, touched_at) VALUES ('`+draft+`', '`+ana+`', '{}', 0, 0)`)
	}
	for _, c := range []string{caseA, caseB} {
		addCase(t, d, c)
	}
	return &Service{DB: d, Blobs: blob.Seal(blobs, secrettest.Ring(t)), Jobs: job.New(d, now, job.Settings{}), Now: now, Limits: DefaultLimits()}
}

func write(t testing.TB, d *db.DB, statements ...string) {
	t.Helper()
	err := d.Transact(ctx, func(tx *db.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func addCase(t testing.TB, d *db.DB, id string) {
	t.Helper()
	texts := []string{"supplier_name", "supplier_cnpj", "segment", "area", "subject", "problem", "bought_how", "bought_on", "contract_number",
		"supplier_protocol", "narrative", "remedy", "remedy_detail", "consumer_name", "consumer_cpf", "consumer_level", "email", "phone", "postcode",
		"street", "street_number", "address_extra", "district"}
	write(t, d, `INSERT INTO complaint (id, protocol, agency_id, route, state, version, due_at, consumer_id, municipality_id, amount_cents,
		contacted_supplier, filed_at, updated_at, `+strings.Join(texts, ", ")+`)
		VALUES ('`+id+`', '`+id+`', 'rs', 'agency', 'screening', 1, 0, '`+ana+`', '4300034', 0, 0, 0, 0`+strings.Repeat(", ''", len(texts))+`)`)
}

func inDraft(name, content string) Upload {
	return Upload{Kind: RelationProof, Name: name, Reader: strings.NewReader(content), By: ana, DraftID: draftA}
}

func inMessage(by, content string) Upload {
	return Upload{Kind: Message, Name: "m.txt", Reader: strings.NewReader(content), By: by, ComplaintID: caseA}
}

func receive(t testing.TB, s *Service, u Upload) Attachment {
	t.Helper()
	a, err := s.Receive(ctx, u)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func list(t testing.TB, s *Service, f func(*db.Tx) ([]Attachment, error)) (out []Attachment) {
	t.Helper()
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { out, err = f(tx); return err })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func drafted(t testing.TB, s *Service, id string) []Attachment {
	t.Helper()
	return list(t, s, func(tx *db.Tx) ([]Attachment, error) { return s.InDraft(tx, id) })
}

func filed(t testing.TB, s *Service, id string) []Attachment {
	t.Helper()
	return list(t, s, func(tx *db.Tx) ([]Attachment, error) { return s.OfComplaint(tx, id, "") })
}

func blobs(t testing.TB, s *Service) (n int) {
	t.Helper()
	for _, err := range s.Blobs.Keys(ctx, time.Now().Add(48*time.Hour)) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func content(t testing.TB, f io.ReadSeekCloser, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func wantFault(t testing.TB, err error, kind fault.Kind, words string) {
	t.Helper()
	if !fault.Is(err, kind) || !strings.Contains(fault.Text(err), words) {
		t.Errorf("got %v, want %v with %q", err, kind, words)
	}
}

func TestAFileIsTakenWithWhatIsKnownAboutIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		a := receive(t, s, inDraft("../Nota fiscal.PNG", smallPDF))
		if a.Name != "Nota fiscal.pdf" || a.MediaType != "application/pdf" || a.Size != int64(len(smallPDF)) || a.Scan != Unscanned || len(a.SHA256) != 64 {
			t.Errorf("got %+v", a)
		}
		if all := drafted(t, s, draftA); len(all) != 1 || all[0] != a {
			t.Errorf("stored %+v, returned %+v", all, a)
		}
		file, err := s.Open(ctx, a)
		if got := content(t, file, err); got != smallPDF {
			t.Errorf("came back as %q", got)
		}
		touched, err := scalar[int64](d, `SELECT touched_at FROM draft WHERE id = '`+draftA+`'`)
		if err != nil || touched != noon.UnixMicro() {
			t.Errorf("the draft was not touched (R-15): %d %v", touched, err)
		}
	})
}

func scalar[T any](d *db.DB, query string) (v T, err error) {
	err = d.Read(ctx, func(tx *db.Tx) (err error) { v, err = db.Scalar[T](tx, query); return err })
	return v, err
}

func TestWhatIsRefusedSaysWhyAndLeavesNothing(t *testing.T) {
	bomb := append([]byte{}, plainPNG()...)
	copy(bomb[16:], "\x00\x00\x4e\x20\x00\x00\x4e\x20") // 20,000 x 20,000
	copy(bomb[29:], pngChunk("IHDR", string(bomb[16:29]))[21:])
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		for _, c := range []struct{ name, content, words string }{
			{"foto.png", webPage, "“foto.png” não é uma imagem: o conteúdo é uma página da web."},
			{"vazio.pdf", "", "“vazio.pdf” está vazio."},
			{"grande.pdf", smallPDF + strings.Repeat("x", 20<<20), "“grande.pdf” tem mais de 20 MB"},
			{"bomba.png", string(bomb), "“bomba.png” tem mais de 100 megapixels"},
			{"quebrada.jpg", "\xff\xd8\xff\xe0 quebrada", "“quebrada.jpg” parece estar danificado"},
			{"filme.mp4", string(mp4("isom", box("moov", track("vide")))), "o conteúdo é um vídeo"},
			{"nota.txt", strings.Repeat("texto ", 1000) + "\x00", "“nota.txt” não é um texto simples"},
			{"nota.txt", "acentuação" + strings.Repeat(" texto", 1000) + " \x81", "“nota.txt” não é um texto simples"},
		} {
			_, err := s.Receive(ctx, inDraft(c.name, c.content))
			wantFault(t, err, fault.Invalid, c.words)
			if !strings.Contains(fault.FieldsOf(err)["comprovante_relacao"], c.words) {
				t.Errorf("%s: not at its field: %v", c.name, fault.FieldsOf(err))
			}
			if n := blobs(t, s); n != 0 || len(drafted(t, s, draftA)) != 0 {
				t.Fatalf("%s: %d blobs were left", c.name, n)
			}
		}
		if a := receive(t, s, inDraft("justo.pdf", smallPDF+strings.Repeat("x", 20<<20-len(smallPDF)))); a.Size != 20<<20 {
			t.Errorf("exactly 20 MB must pass: %d", a.Size)
		}
	})
}

func TestTextIsTakenInBothEncodings(t *testing.T) {
	s := newService(t, dbtest.SQLite(t))
	for _, c := range []struct{ content, media string }{
		{"Não chegou. 😀", "text/plain; charset=utf-8"},
		{"\xef\xbb\xbfNão chegou.", "text/plain; charset=utf-8"},
		{"N\xe3o chegou, \x93disse\x94.", "text/plain; charset=windows-1252"},
		{"acaba no meio \xc3", "text/plain; charset=windows-1252"},
		{strings.Repeat("çã😀", 30_000), "text/plain; charset=utf-8"},
		{strings.Repeat("çã😀", 30_000) + "\xe3", "text/plain; charset=windows-1252"},
	} {
		for _, chunk := range []int{1, 7, 1 << 20} {
			u := inDraft("a.txt", "")
			u.Reader = &slow{r: strings.NewReader(c.content), n: chunk}
			a, err := s.Receive(ctx, u)
			if err != nil || a.MediaType != c.media {
				t.Errorf("%.20q in pieces of %d: %s %v", c.content, chunk, a.MediaType, err)
				continue
			}
			if err := s.Remove(ctx, ana, draftA, a.ID); err != nil {
				t.Error(err)
			}
		}
	}
}

type slow struct {
	r io.Reader
	n int
}

func (s *slow) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), s.n)]) }

func TestReceivingNeedsLittleMemory(t *testing.T) { // quality.md 1, Q-6
	s := newService(t, dbtest.SQLite(t))
	u := inDraft("grande.pdf", "")
	u.Reader = io.MultiReader(strings.NewReader(smallPDF), io.LimitReader(ones{}, 19<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a, err := s.Receive(ctx, u)
	runtime.ReadMemStats(&after)
	if err != nil || a.Size < 19<<20 {
		t.Fatal(a.Size, err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 {
		t.Errorf("%d bytes allocated for a file of 19 MB", got)
	}
}

type ones struct{}

func (ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '1'
	}
	return len(p), nil
}

func TestAnUploadWithoutKindSenderOrOwnerIsOurMistake(t *testing.T) {
	s := newService(t, dbtest.SQLite(t))
	for name, change := range map[string]func(*Upload){
		"no kind":    func(u *Upload) { u.Kind = "" },
		"no sender":  func(u *Upload) { u.By = "" },
		"no owner":   func(u *Upload) { u.DraftID = "" },
		"two owners": func(u *Upload) { u.ComplaintID = caseA },
	} {
		u := inDraft("a.pdf", smallPDF)
		change(&u)
		if _, err := s.Receive(ctx, u); err == nil || fault.KindOf(err) != fault.Unknown || blobs(t, s) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
