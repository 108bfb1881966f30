package secret

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// tempPrefix marks unfinished files.
const tempPrefix = ".tmp-key-"

const about = `# Chaves do Guichê, da mais nova para a mais antiga. Guarde uma cópia longe dos dados e das cópias de segurança:
# sem este arquivo os dados não podem ser lidos. Não apague nenhuma linha e não dê a leitura a mais ninguém.
`

// Load reads the key file. An error wraps fs.ErrNotExist when there is none; otherwise it says what is wrong with it.
func Load(path string) (*Ring, error) {
	raw, err := read(path)
	if err != nil {
		return nil, err
	}
	return NewRing(raw...)
}

// Make writes a key file with one new key, durable when it returns. An error wraps fs.ErrExist when there is one.
func Make(path string) (*Ring, error) {
	fresh := newRaw()
	if err := write(path, [][]byte{fresh}, os.Link); err != nil {
		return nil, err
	}
	return NewRing(fresh)
}

// Add puts a new key before those in the file and gives the new ring. What older keys sealed still opens.
func Add(path string) (*Ring, error) {
	raw, err := read(path)
	if err != nil {
		return nil, err
	}
	raw = append([][]byte{newRaw()}, raw...)
	if err := write(path, raw, os.Rename); err != nil {
		return nil, err
	}
	return NewRing(raw...)
}

func newRaw() []byte {
	raw := make([]byte, keyBytes)
	_, _ = rand.Read(raw) // never fails
	return raw
}

func read(path string) ([][]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("outras pessoas desta máquina podem ler %s. Corrija com: chmod 600 %s", path, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	raw, ok := parse(string(text))
	if !ok {
		return nil, fmt.Errorf("%s está danificado. Traga de volta a cópia que foi guardada", path)
	}
	return raw, nil
}

// parse wants each key to have the fingerprint written before it.
func parse(text string) (raw [][]byte, ok bool) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		id, encoded, _ := strings.Cut(line, " ")
		one, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(one) != keyBytes {
			return nil, false
		}
		if print, err := fingerprint(one); err != nil || print != id {
			return nil, false
		}
		raw = append(raw, one)
	}
	return raw, len(raw) > 0
}

// write makes the file whole beside its place and then publishes it, by a link (which fails when there is one) or by
// a rename.
func write(path string, raw [][]byte, publish func(from, to string) error) error {
	var text bytes.Buffer
	text.WriteString(about)
	for _, one := range raw {
		id, err := fingerprint(one)
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%s %s\n", id, base64.StdEncoding.EncodeToString(one))
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(folder, tempPrefix+"*") // mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(text.Bytes())
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = publish(file.Name(), path)
	}
	if gone := os.Remove(file.Name()); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	if err != nil {
		return err
	}
	return syncFolder(folder)
}

// RemoveUnfinished removes beside a key file the keys of writings that were killed, if they are older than a time before
// which none can still be going on. It does not mind what cannot be removed: in a read-only folder reading goes on.
func RemoveUnfinished(path string, before time.Time) {
	folder, own := filepath.Split(path)
	entries, _ := os.ReadDir(filepath.Clean(folder))
	for _, entry := range entries {
		if name := entry.Name(); name != own && strings.HasPrefix(name, tempPrefix) {
			if info, err := entry.Info(); err == nil && info.ModTime().Before(before) {
				_ = os.Remove(folder + name)
			}
		}
	}
}

func syncFolder(folder string) error {
	file, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
