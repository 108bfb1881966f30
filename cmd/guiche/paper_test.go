package main

import (
	"bytes"
	"crypto/sha256"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"guiche/internal/complaint"
	"guiche/internal/pdf"
)

// photo is "photo FILE": a picture of a bit more than 4 MB, another for each name.
func photo(ts *testscript.TestScript, _ bool, args []string) {
	noise := rand.NewChaCha8(sha256.Sum256([]byte(args[0])))
	picture := image.NewRGBA(image.Rect(0, 0, 2000, 1500))
	_, err := noise.Read(picture.Pix)
	ts.Check(err)
	var file bytes.Buffer
	ts.Check(jpeg.Encode(&file, picture, &jpeg.Options{Quality: 97}))
	if n := file.Len(); n < 4_000_000 || n > 6_000_000 {
		ts.Fatalf("the photo has %d bytes", n)
	}
	writeFile(ts, args[0], file.Bytes())
}

// letter is "paper FILE TITLE": a PDF of one page.
func letter(ts *testscript.TestScript, _ bool, args []string) {
	var file bytes.Buffer
	ts.Check(pdf.Write(&file, pdf.Letter{Title: args[1], Agency: pdf.Agency{Name: "Companhia de Luz"}}, time.Now()))
	writeFile(ts, args[0], file.Bytes())
}

// protocol is "protocol NUMBER": it fails unless the number is written as it should be and its check digits are right
//
func protocol(ts *testscript.TestScript, neg bool, args []string) {
	if canonical, ok := complaint.ParseProtocol(args[0]); (ok && canonical == args[0]) == neg {
		ts.Fatalf("%q: is a protocol number: %v", args[0], ok)
	}
}
