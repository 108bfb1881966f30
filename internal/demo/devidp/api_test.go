package devidp_test

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiche/internal/demo/devidp"
)

func TestUserInfo(t *testing.T) {
	b := newBench(t)
	token := b.accessToken("30040050009")
	for _, path := range []string{"userinfo", "userinfo/"} {
		got := b.fetch(path, token).object(t)
		want := map[string]any{
			"sub": "30040050009", "name": "Diego Souza", "social_name": "Dandara", "email_verified": false, "phone_number_verified": false,
			"picture": b.url("userinfo/picture"), "profile": b.url("catalogo/"),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	if got := b.fetch("userinfo", "inventado"); got.status != http.StatusUnauthorized || got.object(t)["erro_description"] == nil {
		t.Errorf("an invented token: status %d: %s", got.status, got.body)
	}
	b.ahead.Add(int64(time.Hour))
	if got := b.fetch("userinfo", token); got.status != http.StatusUnauthorized {
		t.Errorf("after an hour: status %d", got.status)
	}
}

func TestPicture(t *testing.T) {
	b := newBench(t)
	token := b.accessToken("11144477735")
	raw := b.fetch("userinfo/picture", token)
	if _, err := png.Decode(bytes.NewReader(raw.body)); err != nil || raw.kind != "image/png" {
		t.Errorf("%s: %v", raw.kind, err)
	}
	b.provider.SetFaults(devidp.PictureInBase64)
	text := b.fetch("userinfo/picture", token)
	if decoded, err := base64.StdEncoding.DecodeString(string(text.body)); err != nil || !bytes.Equal(decoded, raw.body) {
		t.Errorf("base64: %v", err)
	}
	if got := b.fetch("userinfo/picture", ""); got.status != http.StatusUnauthorized {
		t.Errorf("without a token: status %d", got.status)
	}
}

func TestServicesBehindTheAccessToken(t *testing.T) {
	b := newBench(t)
	const date = `"2025-08-19T16:41:24.853-0300"`
	for name, c := range map[string]struct {
		cpf, path, want string
	}{
		"Ana's level is 2":   {"11144477735", "api/confiabilidades/v3/contas/11144477735/niveis?response-type=ids", `[{"id":"2","dataAtualizacao":` + date + `}]`},
		"Bruno's level is 3": {"10020030088", "api/confiabilidades/v3/contas/10020030088/niveis", `[{"id":"3","dataAtualizacao":` + date + `}]`},
		"Carla's level is 1": {"20030040094", "api/confiabilidades/v3/contas/20030040094/niveis", `[{"id":"1","dataAtualizacao":` + date + `}]`},
		"Ana's seals":        {"11144477735", "api/confiabilidades/v3/contas/11144477735/confiabilidades", `[{"id":"602","dataAtualizacao":` + date + `}]`},
		"Inês's company":     {"12345678909", "api/empresas/v2/empresas?filtrar-por-participante=12345678909", `[{"cnpj":"11222333000181","dataCriacao":` + date + `,"razaoSocial":"Varejo Exemplo S.A."}]`},
		"Ana has no company": {"11144477735", "api/empresas/v2/empresas?filtrar-por-participante=11144477735", `[]`},
		"Inês is a partner":  {"12345678909", "api/empresas/v2/empresas/11222333000181/participantes/12345678909", `{"atuacao":"SOCIO","cadastrador":"true","cpf":"12345678909","dataCriacao":` + date + `}`},
		"João represents":    {"60070080020", "api/empresas/v2/empresas/12ABC34501DE35/participantes/60070080020", `{"atuacao":"REPRESENTANTE_LEGAL","cadastrador":"true","cpf":"60070080020","dataCriacao":` + date + `}`},
		"a collaborator whose time is over": {"70480490490", "api/empresas/v2/empresas/12ABC34501DE35/participantes/70480490490",
			`{"cadastrador":"false","cpf":"70480490490","cpfCadastrador":"12345678909","dataCriacao":` + date + `,"dataExpiracao":"2025-12-31T23:59:59.000-0300"}`},
		"a company certificate": {"70380390329", "api/x509/info", `[{"amr":["x509","x509_token"],"certificate":"VAREJO EXEMPLO S.A.:11222333000181","provider":"","type":"device"}]`},
		"no certificate":        {"11144477735", "api/x509/info", `[]`},
		"not linked": {"11144477735", "api/empresas/v2/empresas/11222333000181/participantes/11144477735",
			`{"errors":[{"code":"COMPANYIDPARTICIPANT_MUSTFOUNDARECORD","status":404,"title":"Vínculo não encontrado"}]}`},
		"another person's level": {"11144477735", "api/confiabilidades/v3/contas/12345678909/niveis", `{"erro_description":"ACCESSTOKEN_MUSTBELONGTOACCOUNT","error":"403"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := b.fetch(c.path, b.accessToken(c.cpf)); strings.TrimSpace(string(got.body)) != c.want {
				t.Errorf("status %d: %s\nwant %s", got.status, got.body, c.want)
			}
		})
	}
}

func TestServicesRefuseATokenWithoutTheScope(t *testing.T) {
	b := newBench(t, devidp.MissingScope)
	token := b.accessToken("11144477735")
	for _, path := range []string{"api/confiabilidades/v3/contas/11144477735/niveis", "api/empresas/v2/empresas?filtrar-por-participante=11144477735", "api/x509/info"} {
		if got := b.fetch(path, token); got.status != http.StatusUnauthorized || got.object(t)["erro_description"] != "ACCESSTOKEN_SCOPE_MUSTCONTAINSEXPECTEDSCOPE" {
			t.Errorf("%s: status %d: %s", path, got.status, got.body)
		}
	}
	if got := b.fetch("api/empresas/v2/empresas", ""); got.object(t)["erro_description"] != "ACCESSTOKEN_MUSTBEVALID" {
		t.Errorf("without a token: %s", got.body)
	}
}
