package admin

import (
	"net/http"

	"guiche/internal/agency"
	"guiche/internal/notice"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

type textsPage struct {
	ui.Page
	Groups []textGroup
}

// textGroup are the notices that go to the same people.
type textGroup struct {
	To    notice.Reader
	Texts []textLine
}

type textLine struct {
	URL, Title, Subject string
	Own, Broken         bool // the agency has its own words; they stopped being good, and ours are sent
}

// texts lists every notice with the subject it has now.
func (s *Site) texts(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	p, of, err := s.page(r, who, "Textos dos avisos")
	if err != nil {
		return err
	}
	inForce, err := s.Texts.InForce(r.Context(), who)
	if err != nil {
		return err
	}
	page := textsPage{Page: p}
	for _, m := range notice.Samples(of.ShortName, of.Brand.Main) {
		line, err := lineOf(m, inForce[m.About().Kind])
		if err != nil {
			return err
		}
		if n := len(page.Groups); n == 0 || page.Groups[n-1].To != m.About().To {
			page.Groups = append(page.Groups, textGroup{To: m.About().To})
		}
		last := &page.Groups[len(page.Groups)-1]
		last.Texts = append(last.Texts, line)
	}
	return s.UI.Render(w, http.StatusOK, "admin/texts", page)
}

func lineOf(m notice.Message, now notice.Version) (textLine, error) {
	words, err := wordsOf(m, now)
	line := textLine{URL: "/admin/textos/" + m.About().Kind, Title: m.About().Title, Subject: words.Subject, Own: now.Own(), Broken: broken(m, now)}
	return line, err
}

// wordsOf are the words of a version, ours where it has none.
func wordsOf(m notice.Message, v notice.Version) (notice.Words, error) {
	if v.Own() {
		return v.Words, nil
	}
	return notice.Ours(m)
}

func broken(m notice.Message, v notice.Version) bool {
	return v.Own() && notice.Check(m, v.Words) != nil
}

// sample is the notice that the address names, with invented values, in the name of the agency.
func sample(r *http.Request, of agency.Agency) (notice.Message, error) {
	m, ok := notice.Sample(r.PathValue("aviso"), of.ShortName, of.Brand.Main)
	if !ok {
		return nil, errNoNotice
	}
	return m, nil
}
