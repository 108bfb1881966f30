package devidp

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"slices"
	"strings"
)

// bearer finds whom the access token in the header stands for.
func (p *Provider) bearer(r *http.Request) (grant, bool) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return grant{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	g, known := p.tokens[token]
	return g, known && p.now().Sub(g.at) < accessTokenLife
}

// userInfo says what the ID token says about the person, with true booleans.
func (p *Provider) userInfo(w http.ResponseWriter, r *http.Request) {
	g, ok := p.bearer(r)
	if !ok {
		refuseAPI(w, http.StatusUnauthorized, "ACCESSTOKEN_MUSTBEVALID")
		return
	}
	claims := p.personClaims(g, plainMark)
	if p.has(OtherSubject) {
		claims["sub"] = "98765432100"
	}
	writeJSON(w, http.StatusOK, claims)
}

// picture is a plain square whose colour comes from the CPF. The manual says base64, its sample
// code reads bytes: a switch chooses.
func (p *Provider) picture(w http.ResponseWriter, r *http.Request) {
	g, ok := p.bearer(r)
	if !ok || !slices.Contains(g.scopes, "profile") {
		refuseAPI(w, http.StatusUnauthorized, "ACCESSTOKEN_MUSTBEVALID")
		return
	}
	square, err := portrait(g.person.CPF)
	if err != nil {
		refuseAPI(w, http.StatusInternalServerError, "PICTURE_NOTAVAILABLE")
		return
	}
	w.Header().Set("Content-Type", "image/png")
	if p.has(PictureInBase64) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		square = []byte(base64.StdEncoding.EncodeToString(square))
	}
	if _, err := w.Write(square); err != nil {
		return // the reader left; nobody is there to be told
	}
}

func portrait(cpf string) ([]byte, error) {
	const side = 64
	canvas := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.RGBA{cpf[0] * 3, cpf[3] * 3, cpf[6] * 3, 255}})
	var out bytes.Buffer
	err := png.Encode(&out, canvas)
	return out.Bytes(), err
}
