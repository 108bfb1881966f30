package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// ParseIMAP reads a setting such as imaps://user:password@host:993/INBOX; imap:// is for this machine only. Port and
// folder may be left out. Errors never repeat the setting, which holds a password.
func ParseIMAP(setting string) (*IMAP, error) {
	u, err := url.Parse(setting)
	if err != nil {
		return nil, errors.New("mail: the IMAP address is not a URL")
	}
	port, known := map[string]string{"imap": "143", "imaps": "993"}[u.Scheme]
	password, signed := u.User.Password()
	switch {
	case !known:
		return nil, errors.New("mail: the IMAP address must begin with imaps://")
	case u.Scheme == "imap" && !isLoopback(u.Hostname()):
		return nil, errors.New("mail: imap:// would send the password in the clear; use imaps://")
	case u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("mail: the IMAP address must be imaps://user:password@host:port/folder")
	case !signed || u.User.Username() == "":
		return nil, errors.New("mail: the IMAP address has no user and password")
	}
	if u.Port() != "" {
		if n, err := strconv.Atoi(u.Port()); err != nil || n < 1 || n > 65535 {
			return nil, errors.New("mail: the IMAP port must be between 1 and 65535")
		}
		port = u.Port()
	}
	b := &IMAP{host: u.Hostname(), port: port, user: u.User.Username(), password: password, folder: strings.Trim(u.Path, "/"), implicit: u.Scheme == "imaps"}
	if b.folder == "" {
		b.folder = "INBOX"
	}
	return b, nil
}

// visit is one connection to the mailbox, with its folder open.
type visit struct {
	*imapclient.Client
	keywords bool              // the server keeps flags of ours
	folders  map[string]string // of ours, as the server calls them
}

// open connects and signs in. The connection ends with ctx.
func (b *IMAP) open(ctx context.Context) (*visit, error) {
	conn, err := b.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("mail: connect to %s: %w", b.host, err)
	}
	v := &visit{Client: imapclient.New(conn, nil), folders: map[string]string{}}
	context.AfterFunc(ctx, func() { _ = v.Close() })
	if err := v.Login(b.user, b.password).Wait(); err != nil {
		return nil, v.fail("signing in", err)
	}
	box, err := v.Select(b.folder, nil).Wait()
	if err != nil {
		return nil, v.fail("opening the folder", err)
	}
	for _, flag := range box.PermanentFlags {
		v.keywords = v.keywords || flag == imap.FlagWildcard
	}
	if b.validity != box.UIDValidity {
		b.validity, b.tries = box.UIDValidity, map[imap.UID]int{}
	}
	return v, nil
}

func (b *IMAP) dial(ctx context.Context) (net.Conn, error) {
	dialer, address := &net.Dialer{Timeout: connectTimeout}, net.JoinHostPort(b.host, b.port)
	if !b.implicit {
		return dialer.DialContext(ctx, "tcp", address)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if b.roots != nil {
		config = b.roots.Clone()
	}
	config.ServerName = b.host
	return (&tls.Dialer{NetDialer: dialer, Config: config}).DialContext(ctx, "tcp", address)
}

// leave ends the visit in order; what is lost then does no harm.
func (v *visit) leave() {
	_ = v.Logout().Wait()
	_ = v.Close()
}

func (v *visit) fail(doing string, err error) error {
	_ = v.Close()
	return plainly(doing, err)
}

// plainly leaves out the server's own words, which may name people.
func plainly(doing string, err error) error {
	if refused, ok := errors.AsType[*imap.Error](err); ok {
		return fmt.Errorf("mail: %s: the server refused (%s %s)", doing, refused.Type, refused.Code)
	}
	if err != nil {
		return fmt.Errorf("mail: %s: %w", doing, err)
	}
	return nil
}

// Flags of mails that are done with, where they cannot be moved.
const (
	flagTaken   = imap.Flag("GuicheTratada")
	flagRefused = imap.Flag("GuicheRecusada")
)

// waiting are the mails nobody has dealt with, the oldest first.
func (v *visit) waiting() ([]imap.UID, error) {
	criteria := &imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}
	if v.keywords {
		criteria.NotFlag = []imap.Flag{flagTaken, flagRefused}
	}
	found, err := v.UIDSearch(criteria, nil).Wait()
	if err != nil {
		return nil, plainly("searching", err)
	}
	return found.AllUIDs(), nil
}

// fetch gives the bytes of a mail, no more than Read would take; none when it is gone.
func (v *visit) fetch(uid imap.UID) ([]byte, error) {
	section := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: IncomingLimit + 1}}
	got, err := v.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil {
		return nil, plainly("fetching", err)
	}
	for _, m := range got {
		if m.UID == uid && len(m.BodySection) > 0 {
			return m.BodySection[0].Bytes, nil
		}
	}
	return nil, nil
}

// done moves a mail out of the way, or marks it where the server makes no folder for us.
func (v *visit) done(uid imap.UID, folder string, flags ...imap.Flag) error {
	set := imap.UIDSetNum(uid)
	if !v.keywords {
		flags = nil
	}
	store := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: append(flags, imap.FlagSeen)}
	if err := v.Store(set, store, nil).Close(); err != nil {
		return plainly("marking", err)
	}
	if _, known := v.folders[folder]; !known {
		v.folders[folder] = v.ourFolder(folder)
	}
	if name := v.folders[folder]; name != "" {
		_, err := v.Move(set, name).Wait()
		return plainly("moving", err)
	}
	return nil
}

// ourFolder is a folder of ours as this server calls it, made where it is missing; empty when the server refuses.
func (v *visit) ourFolder(name string) string {
	delim := "/"
	if roots, err := v.List("", "", nil).Collect(); err == nil && len(roots) > 0 && roots[0].Delim != 0 {
		delim = string(roots[0].Delim)
	}
	name = "Guiche" + delim + name
	for _, candidate := range []string{name, "INBOX" + delim + name} {
		if v.has(candidate) || v.Create(candidate, nil).Wait() == nil || v.has(candidate) { // another node may have made it meanwhile
			return candidate
		}
	}
	return ""
}

func (v *visit) has(folder string) bool {
	_, err := v.Status(folder, &imap.StatusOptions{NumMessages: true}).Wait()
	return err == nil
}
