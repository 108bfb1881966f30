package main

import (
	"fmt"
	"net"
	"net/http"
	"net/mail"
	"net/smtp"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mailServers are OpenSMTPD and Dovecot as an agency has them: what is sent to the agency's domain waits in its mailbox,
// people's mail in theirs, and the domain devolve.test takes mail that it cannot deliver and sends it back.
type mailServers struct {
	*testing.T
	folder           string
	smtpURL, imapURL string
	people           string // folder of people's mail
}

const smtpdConf = `table everybody { "@" = nobody }
listen on 127.0.0.1 port %[2]s hostname mail.procon.test
action "agency" maildir "%[1]s/maildir/respostas" virtual <everybody>
action "people" maildir "%[1]s/maildir/people" virtual <everybody>
action "nowhere" mda "exit 67" virtual <everybody>
match from any for domain "procon.test" action "agency"
match from any for domain "devolve.test" action "nowhere"
match from any for any action "people"
`

const dovecotConf = `protocols = imap
listen = 127.0.0.1
base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/dovecot.log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:%[1]s/maildir/%%u
first_valid_uid = 1
default_vsz_limit = 1G
service imap-login {
  inet_listener imap {
    port = %[2]s
  }
  inet_listener imaps {
    port = 0
  }
}
passdb {
  driver = static
  args = password=segredo
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=%[1]s/maildir/%%u
}
`

// startMailServers starts both. They want root, which is why make test does not run this.
func startMailServers(t *testing.T) *mailServers {
	t.Helper()
	if os.Getenv("GUICHE_MAIL_SERVERS") == "" {
		t.Skip("real mail servers are started by make test-mail only, as root")
	}
	folder, err := os.MkdirTemp("", "guiche-mail-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	m := &mailServers{T: t, folder: folder, people: filepath.Join(folder, "maildir/people")}
	m.do("chmod", "755", folder)
	for _, name := range []string{"respostas", "people"} {
		m.do("install", "-d", "-o", "nobody", "-g", "nogroup", filepath.Join(folder, "maildir", name))
	}
	m.do("chown", "nobody:nogroup", filepath.Join(folder, "maildir"))
	smtpAt, imapAt := freeAddress(t), freeAddress(t)
	m.serve("smtpd", smtpAt, smtpdConf, "-d", "-f")
	m.serve("dovecot", imapAt, dovecotConf, "-F", "-c")
	m.smtpURL, m.imapURL = "smtp://"+smtpAt, "imap://respostas:segredo@"+imapAt
	return m
}

func (m *mailServers) do(name string, args ...string) {
	m.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		m.Fatalf("%s %v: %v %s", name, args, err, out)
	}
}

// serve starts a server in the foreground with its configuration and waits until it listens.
func (m *mailServers) serve(name, address, conf string, args ...string) {
	m.Helper()
	_, port, _ := strings.Cut(address, ":")
	file, log := filepath.Join(m.folder, name+".conf"), &record{}
	if err := os.WriteFile(file, fmt.Appendf(nil, conf, m.folder, port), 0o600); err != nil {
		m.Fatal(err)
	}
	server := exec.Command("/usr/sbin/"+name, append(args, file)...)
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		m.Fatal(err)
	}
	m.Cleanup(func() { _, _ = server.Process.Signal(os.Interrupt), server.Wait() })
	waitFor(m.T, name+" listens", func() bool { return listens(address) })
	m.Cleanup(func() {
		if m.Failed() {
			m.Logf("%s said: %s", name, log)
		}
	})
}

func listens(address string) bool {
	c, err := net.Dial("tcp", address)
	if err == nil {
		_ = c.Close()
	}
	return err == nil
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 600 {
		if done() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("not in a minute: %s", what)
}

// letter is the newest mail of people whose text has this.
func (m *mailServers) letter(has string) (found string) {
	m.Helper()
	waitFor(m.T, "a mail with "+has, func() bool {
		files, _ := filepath.Glob(m.people + "/new/*")
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err == nil && strings.Contains(string(text), has) {
				found = string(text)
			}
		}
		return found != ""
	})
	return found
}

// A consumer answers our mail from her mail program with a file, twice the same, and a mail to a dead address comes
// back: real servers, the real program, nothing in between.
func TestMailThroughOpenSMTPDAndDovecot(t *testing.T) { // R-19, quality 5
	m := startMailServers(t)
	p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t), more: []string{"--smtp-url", m.smtpURL, "--imap-url", m.imapURL, "--mail-from", "respostas@procon.test", "--reply-to", "respostas@procon.test"}}
	p.start()
	ana, elisa := newBrowser(t, "http://"+p.addr).signIn(cpfOf()["ana"]), newBrowser(t, "http://"+p.addr).signIn(cpfOf()["elisa"])
	sent := ana.post("/reclamacoes/nova?rascunho="+p.ready(ana)+"&passo=revisao", url.Values{"declaracao": {"1"}})
	page, _, _ := strings.Cut(sent.to, "?")
	protocol := strings.TrimPrefix(page, "/reclamacoes/")

	told := m.letter("Recebemos")
	replyTo := headerOf(t, told, "Reply-To")
	if !strings.Contains(replyTo, "respostas+") || headerOf(t, told, "Auto-Submitted") == "" {
		t.Fatalf("%s", told)
	}
	for range 2 {
		m.post("ana.ribeiro@example.com", replyTo, "From: Ana <ana.ribeiro@example.com>\nTo: "+replyTo+"\nSubject: Re: reclamação\nMessage-ID: <um@example.com>\nMIME-Version: 1.0\n"+
			"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\nSegue a nota.\n\nEm 27/11, Procon escreveu:\n> Recebemos\n\n--b\nContent-Type: text/plain; name=nota.txt\nContent-Disposition: attachment; filename=nota.txt\n\nnota fiscal\n--b--\n")
	}
	waitFor(t, "the answer in the case", func() bool { return strings.Contains(ana.get(page).body, "Segue a nota.") })
	waitFor(t, "both mails filed away", func() bool {
		files, _ := filepath.Glob(m.folder + "/maildir/respostas/.Guiche.Tratadas/*/*")
		return len(files) == 2
	})
	body := elisa.get("/servidor/casos/" + protocol).body
	if strings.Count(body, "Segue a nota.") != 1 || !strings.Contains(body, "nota.txt") {
		t.Errorf("not once, or without its file, in the officer's case")
	}

	form := formAt(t, elisa.get("/servidor/casos/"+protocol).body, "/servidor/casos/"+protocol+"/notificar")
	form.Set("canal", "email")
	form.Set("email", "sac@devolve.test")
	if r := elisa.post("/servidor/casos/"+protocol+"/notificar", form); r.status != http.StatusSeeOther {
		t.Fatalf("notified: %d", r.status)
	}
	waitFor(t, "that a mail came back", func() bool {
		return strings.Contains(elisa.get("/servidor/casos/"+protocol).body, "um e-mail voltou")
	})
}

// headerOf is a header of a mail as it stands in a mailbox, on one line.
func headerOf(t *testing.T, text, name string) string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header.Get(name)
}

// post hands a mail to the SMTP server as a mail program does.
func (m *mailServers) post(from, to, text string) {
	m.Helper()
	address, err := mail.ParseAddress(to)
	if err == nil {
		err = smtp.SendMail(strings.TrimPrefix(m.smtpURL, "smtp://"), nil, from, []string{address.Address}, []byte(strings.ReplaceAll(text, "\n", "\r\n")))
	}
	if err != nil {
		m.Fatal(err)
	}
}
