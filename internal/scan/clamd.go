package scan

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// ErrTooLarge is in the error for a file longer than clamd's StreamMaxLength:
// trying again does not help until the server's setting changes.
var ErrTooLarge = errors.New("larger than the scanner accepts")

const (
	scanTimeout = time.Minute
	chunkSize   = 64 << 10
	maxReply    = 4 << 10
)

// Clamd is a client of one clamd server. It may be used by many goroutines;
// each scan has a connection of its own.
type Clamd struct {
	Timeout time.Duration // for one file; zero: one minute

	network, address string
}

// Verdict is what clamd said of a whole file.
type Verdict struct {
	Clean bool
	Name  string // of what was found, when not clean
}

// Parse reads the setting "unix:/path/of/socket" or "tcp:host:port". An empty
// setting gives nil: no scanner.
func Parse(setting string) (*Clamd, error) {
	if setting == "" {
		return nil, nil
	}
	network, address, _ := strings.Cut(setting, ":")
	switch network {
	case "unix":
		if strings.HasPrefix(address, "/") {
			return &Clamd{network: network, address: address}, nil
		}
	case "tcp":
		if host, port, err := net.SplitHostPort(address); err == nil && host != "" && port != "" {
			return &Clamd{network: network, address: address}, nil
		}
	}
	return nil, fmt.Errorf("scan: %q is neither unix:/path nor tcp:host:port", setting)
}

// Scan sends all of r to clamd. With an error the file was not scanned and the
// Verdict is the zero one, which is not clean.
func (c *Clamd) Scan(ctx context.Context, r io.Reader) (Verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout())
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return Verdict{}, fmt.Errorf("scan: not scanned: %w", err)
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	reply, err := converse(conn, r)
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return Verdict{}, fmt.Errorf("scan: not scanned: %w", err)
	}
	return verdict(reply)
}

func (c *Clamd) timeout() time.Duration {
	if c.Timeout > 0 {
		return c.Timeout
	}
	return scanTimeout
}

// converse speaks zINSTREAM. A server that hangs up while we send has usually
// said why, so its reply counts more than our failed write.
func converse(conn net.Conn, r io.Reader) (string, error) {
	if _, err := conn.Write([]byte("zINSTREAM\x00")); err != nil {
		return "", fmt.Errorf("send: %w", err)
	}
	sending := stream(conn, r)
	var reading *readError
	if errors.As(sending, &reading) {
		return "", sending
	}
	reply, err := bufio.NewReader(io.LimitReader(conn, maxReply)).ReadString(0)
	if err != nil {
		return "", fmt.Errorf("no whole reply: %w", errors.Join(sending, err))
	}
	reply = strings.TrimSuffix(reply, "\x00")
	if sending != nil && !strings.HasSuffix(reply, " ERROR") {
		return "", sending
	}
	return reply, nil
}

// readError is a failure of the file, not of the scanner.
type readError struct{ err error }

func (e *readError) Error() string { return "read the file: " + e.err.Error() }
func (e *readError) Unwrap() error { return e.err }

// stream sends r in chunks, each after its length, and a length of zero at the
// end. A file that fails halfway is never ended, so clamd never judges a half.
func stream(w io.Writer, r io.Reader) error {
	chunk := make([]byte, 4+chunkSize)
	for {
		n, err := io.ReadFull(r, chunk[4:])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return &readError{err}
		}
		binary.BigEndian.PutUint32(chunk, uint32(n))
		if n > 0 {
			if _, err := w.Write(chunk[:4+n]); err != nil {
				return fmt.Errorf("send: %w", err)
			}
		}
		if err != nil {
			_, err := w.Write([]byte{0, 0, 0, 0})
			return err
		}
	}
}

// verdict reads clamd's reply, word for word: what is not known is not clean.
func verdict(reply string) (Verdict, error) {
	if reply == "stream: OK" {
		return Verdict{Clean: true}, nil
	}
	name, isStream := strings.CutPrefix(reply, "stream: ")
	if name, found := strings.CutSuffix(name, " FOUND"); isStream && found && name != "" {
		return Verdict{Name: name}, nil
	}
	if strings.HasPrefix(reply, "INSTREAM size limit exceeded") {
		return Verdict{}, fmt.Errorf("scan: not scanned: %w", ErrTooLarge)
	}
	return Verdict{}, fmt.Errorf("scan: not scanned: the scanner said %q", reply)
}
