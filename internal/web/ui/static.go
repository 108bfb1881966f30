package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// Static serves the embedded assets under names that carry their content's hash, so that they may be kept for ever.
type Static struct {
	urls   map[string]string // "app.css" -> "/static/app.1a2b3c4d.css"
	assets map[string]asset  // by URL
}

type asset struct {
	mediaType  string
	plain, zip []byte
}

func newStatic() (*Static, error) {
	s := &Static{urls: map[string]string{}, assets: map[string]asset{}}
	err := fs.WalkDir(staticFiles, "static", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := staticFiles.ReadFile(file)
		if err != nil {
			return err
		}
		return s.add(strings.TrimPrefix(file, "static/"), content)
	})
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	return s, s.linkCSS()
}

func (s *Static) add(name string, content []byte) error {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	url := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:4]) + ext
	a := asset{mediaType: mime.TypeByExtension(ext), plain: content}
	if ext == ".woff2" {
		a.mediaType = "font/woff2"
	} else {
		var zipped bytes.Buffer
		z, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
		if _, err := z.Write(content); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		a.zip = zipped.Bytes()
	}
	s.urls[name], s.assets[url] = url, a
	return nil
}

// linkCSS makes url(name) in stylesheets point to the hashed name of another asset.
func (s *Static) linkCSS() error {
	for name, url := range s.urls {
		if path.Ext(name) != ".css" {
			continue
		}
		css := string(s.assets[url].plain)
		for other, target := range s.urls {
			css = strings.ReplaceAll(css, "url("+other+")", "url("+target+")")
		}
		delete(s.assets, url)
		if err := s.add(name, []byte(css)); err != nil {
			return err
		}
	}
	return nil
}

// URL is where an asset is served; an unknown name is a programming error.
func (s *Static) URL(name string) (string, error) {
	if url, ok := s.urls[name]; ok {
		return url, nil
	}
	return "", fmt.Errorf("no static file %s", name)
}

// ServeHTTP serves an asset, compressed where the browser can.
func (s *Static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, ok := s.assets[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.mediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if a.zip != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.zip
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	_, _ = w.Write(body)
}
