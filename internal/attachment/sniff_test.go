package attachment

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"
	"testing"
)

func TestTheKindIsJudgedByContentNotByName(t *testing.T) {
	for name, c := range map[string]struct {
		content []byte
		media   string
	}{
		"a PDF":                              {[]byte(smallPDF), "application/pdf"},
		"a PDF after a blank line":           {[]byte("\r\n" + smallPDF), "application/pdf"},
		"a photo":                            {photo(binary.LittleEndian, 6), "image/jpeg"},
		"a PNG":                              {plainPNG(), "image/png"},
		"a WebP":                             {plainWebP(), "image/webp"},
		"a photo of an iPhone":               {mp4("heic"), "image/heic"},
		"a HEIF":                             {mp4("mif1"), "image/heif"},
		"a voice message":                    {ogg("OpusHead"), "audio/ogg"},
		"an Ogg Vorbis":                      {ogg("\x01vorbis"), "audio/ogg"},
		"an MP3 of bare frames":              {mp3(3), "audio/mpeg"},
		"an MP3 with a tag":                  {append([]byte("ID3\x04\x00\x00\x00\x00\x00\x0a0123456789"), mp3(2)...), "audio/mpeg"},
		"an M4A":                             {mp4("M4A "), "audio/mp4"},
		"a text":                             {[]byte("Comprei um fogão.\nNão chegou.\n"), "text/plain"},
		"a text of Windows":                  {[]byte("N\xe3o chegou \x93ainda\x94\r\n"), "text/plain"},
		"a mail saved as text":               {[]byte("From: loja@example.com\r\nSubject: pedido\r\n\r\nOi"), "text/plain"},
		"a table":                            {[]byte("data,valor\n2026-01-01,10\n2026-01-02,20\n"), "text/plain"},
		"a text with a tag inside":           {[]byte("Ana: <Mídia oculta>\nLoja: <b>oi</b>\n"), "text/plain"},
		"a text that begins with an arrow":   {[]byte("<- veja\n<3\n"), "text/plain"},
		"a recording named like a video":     {mp4("isom", box("moov", track("soun"))), "audio/mp4"},
		"a text with a name in another case": {[]byte("x"), "text/plain"},
	} {
		f, problem := sniff(c.content[:min(len(c.content), sniffBytes)])
		if problem != "" || f.media != c.media {
			t.Errorf("%s: got %q %q, want %s", name, f.media, problem, c.media)
		}
	}
}

func TestWhatIsNotTakenIsNamedInWords(t *testing.T) {
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"foto.png", []byte(webPage), "“foto.png” não é uma imagem: o conteúdo é uma página da web. Envie PDF, foto (JPEG, PNG, WebP, HEIC), áudio ou texto."},
		{"nota.txt", []byte(webPage), "“nota.txt” não é um texto simples: o conteúdo é uma página da web."},
		{"nota.pdf", []byte(webPage + smallPDF), "“nota.pdf” não é um PDF: o conteúdo é"},
		{"logo.svg", []byte(drawing), "o conteúdo é um desenho SVG."},
		{"logo.png", []byte("\xef\xbb\xbf  " + drawing), "não é uma imagem: o conteúdo é um desenho SVG."},
		{"dados.xml", []byte(`<?xml version="1.0"?><nfe/>`), "o conteúdo é um documento XML."},
		{"x.txt", []byte("<custom-tag>x"), "o conteúdo é código de página ou de programa."},
		{"x.txt", []byte("#!/bin/sh\nrm -rf /\n"), "o conteúdo é um programa."},
		{"x.txt", []byte("<?php system('id'); ?>"), "o conteúdo é um programa."},
		{"conversa.zip", zipped("a.txt"), "o conteúdo é um arquivo compactado. Tire os arquivos de dentro dele e envie um por um."},
		{"contrato.docx", zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"), "o conteúdo é um documento de texto editável. Salve como PDF e envie de novo."},
		{"carta.rtf", []byte(`{\rtf1\ansi oi}`), "o conteúdo é um documento de texto editável."},
		{"boleto.pdf", append([]byte("MZ\x90\x00"), make([]byte, 200)...), "não é um PDF: o conteúdo é um programa."},
		{"boleto.exe", []byte("\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 60)), "o conteúdo é um programa."},
		{"foto.jpg", []byte("GIF89a\x01\x00\x01\x00"), "“foto.jpg” não pode ser recebido: o conteúdo é uma imagem de um tipo que não recebemos. Salve como JPEG ou PNG e envie de novo."},
		{"som.mp3", append([]byte("lixo"), mp3(3)...), "não é um áudio: o conteúdo é de um tipo que não reconhecemos."},
		{"som.mp3", []byte("\xff\xfb\xf0\x00" + strings.Repeat("\x00", 600)), "não é um áudio: o conteúdo é de um tipo que não reconhecemos."},
		{"filme.mp4", mp4("qt  "), "o conteúdo é um vídeo. Envie só o áudio, fotos ou um PDF."},
		{"vazio.pdf", nil, "“vazio.pdf” está vazio."},
		{"x", bytes.Repeat([]byte{0, 1, 2, 3}, 100), "“x” não pode ser recebido: o conteúdo é de um tipo que não reconhecemos."},
	} {
		_, problem := sniff(c.content[:min(len(c.content), sniffBytes)])
		if problem == "" {
			t.Errorf("%s was taken, want %q", c.name, c.want)
			continue
		}
		if got := (Upload{Kind: Other, Name: c.name}).refuse(problem).Error(); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNamesAreTextAndFitTheContent(t *testing.T) {
	pdf, _ := formatOf("application/pdf")
	jpg, _ := formatOf(jpegType)
	for _, c := range []struct {
		given string
		f     format
		want  string
	}{
		{"Fatura de março.pdf", pdf, "Fatura de março.pdf"},
		{"../../x", pdf, "x.pdf"},
		{`C:\Users\ana\nota.PDF`, pdf, "nota.pdf"},
		{"foto.png", jpg, "foto.jpg"},
		{"foto.JPEG", jpg, "foto.jpeg"},
		{"linha\r\nSet-Cookie: a.pdf", pdf, "linha Set-Cookie- a.pdf"},
		{"boleto\u202efdp.exe", pdf, "boletofdp.exe.pdf"},
		{"\u2066a\u2069\u200b\ufeff\u200e.pdf", pdf, "a.pdf"},
		{"con.png", jpg, "arquivo con.jpg"},
		{"LPT1.tar.jpg", jpg, "arquivo LPT1.tar.jpg"},
		{"😀👩‍👩‍👧.jpg", jpg, "😀👩‍👩‍👧.jpg"},
		{`a<b>"c"|d?*.pdf`, pdf, "a-b--c--d--.pdf"},
		{"", pdf, "arquivo.pdf"},
		{"...", pdf, "arquivo.pdf"},
		{".pdf", pdf, "arquivo.pdf"},
		{"a/", pdf, "arquivo.pdf"},
		{"a\x00b\xff.pdf", pdf, "ab.pdf"},
		{"nota fiscal v1.2", pdf, "nota fiscal v1.2.pdf"},
		{"ac\u0327a\u0303o.pdf", pdf, "ação.pdf"},
		{strings.Repeat("á", 5000) + ".pdf", pdf, strings.Repeat("á", 116) + ".pdf"},
	} {
		if got := cleanName(c.given, c.f); got != c.want {
			t.Errorf("%q became %q, want %q", c.given, got, c.want)
		}
	}
}

func TestARefusalNamesTheFileInOneLine(t *testing.T) {
	for given, want := range map[string]string{
		"":                           "“arquivo” ",
		"a\nb\u202e.exe":             "“a b.exe” ",
		strings.Repeat("x", 5000):    "“" + strings.Repeat("x", 60) + "…” ",
		"C:\\fotos\\<script>.png":    "“-script-.png” ",
		"pasta/" + "comprovante.pdf": "“comprovante.pdf” ",
	} {
		if got := (Upload{Kind: Identity, Name: given}).refuse(emptyFile).Error(); !strings.Contains(got, want) {
			t.Errorf("%q: got %q", given, got)
		}
	}
}

func TestEachKindHasItsOwnWordsAndField(t *testing.T) {
	want := map[Kind]string{AddressProof: "comprovante_endereco", Identity: "documento_identidade", RelationProof: "comprovante_relacao", Other: "outros", Message: "anexos"}
	for kind, field := range want {
		if kind.Field() != field || kind.Label() == "" || !kind.Valid() {
			t.Errorf("%s: %q %q", kind, kind.Field(), kind.Label())
		}
	}
	if Kind("x").Valid() || len(Kinds()) != 4 {
		t.Error("an unknown kind is valid, or the form has other kinds")
	}
}

func FuzzSniff(f *testing.F) {
	for _, seed := range [][]byte{[]byte(smallPDF), plainJPEG(), plainPNG(), plainWebP(), mp4("M4A "), mp3(2), ogg("OpusHead"), []byte(webPage), []byte("texto")} {
		f.Add(seed, "nome.pdf")
	}
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		format, problem := sniff(content[:min(len(content), sniffBytes)])
		if (problem == "") != (format.media != "") {
			t.Fatalf("neither taken nor refused: %+v %q", format, problem)
		}
		if problem != "" {
			return
		}
		clean := cleanName(name, format)
		if path.Base(clean) != clean || strings.ContainsAny(clean, "\r\n\x00\\\u202e\u2028") || len([]rune(clean)) > nameLetters {
			t.Fatalf("name %q became %q", name, clean)
		}
		if cleanName(clean, format) != clean {
			t.Fatalf("%q is not stable: %q", clean, cleanName(clean, format))
		}
	})
}
