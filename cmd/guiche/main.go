// Command guiche is the whole program: the site of a Procon, its demonstration, and the tools of who runs it.
// Each verb is a file; wire.go puts the installation together. guiche --help tells the rest.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"guiche/internal/config"
	"guiche/internal/fault"
)

// version is set by the linker.
var version = "desenvolvimento"

// The exit codes of every verb.
const (
	ok     = 0
	failed = 1
	misuse = 2
)

// commands is the command line.
type commands struct {
	config.Settings `embed:""`

	Demo        demoCmd        `cmd:"" help:"Demonstração: um processo nesta máquina, com pessoas e empresas inventadas."`
	Serve       serveCmd       `cmd:"" help:"Atender o público. Precisa de base-url, oidc, smtp-url e mail-from."`
	Migrate     migrateCmd     `cmd:"" help:"Estrutura do banco de dados: como está, ou atualizar."`
	Admin       adminCmd       `cmd:"" help:"Papéis de quem trabalha nos órgãos: dar, retirar, listar."`
	Explain     explainCmd     `cmd:"" help:"Explicar um prazo ou quem atende, pelas mesmas regras do site."`
	Simulate    simulateCmd    `cmd:"" help:"Inventar um histórico, para experimentar e medir. Só em uma instalação de teste."`
	Audit       auditCmd       `cmd:"" help:"Conferir o registro do que aconteceu."`
	Keys        keysCmd        `cmd:"" help:"Chaves que cifram os dados pessoais: listar, fazer uma nova, cifrar de novo."`
	Backup      backupCmd      `cmd:"" help:"Guardar a instalação inteira em um arquivo cifrado, também enquanto ela atende."`
	Restore     restoreCmd     `cmd:"" help:"Fazer de uma cópia de segurança uma instalação, em um lugar vazio."`
	Copydb      copydbCmd      `cmd:"" help:"Copiar o banco de dados para outro, de SQLite para PostgreSQL ou de volta, e conferir."`
	Config      configCmd      `cmd:"" help:"Mostrar as configurações, sem as senhas."`
	Version     versionCmd     `cmd:"" help:"Mostrar a versão."`
	Healthcheck healthcheckCmd `cmd:"" help:"Perguntar a um guiche em funcionamento se está pronto."`
}

// program is what every verb is given.
type program struct {
	config.Settings
	context.Context // ends when the program is asked to stop

	out io.Writer // results; the log goes to stderr
	now func() time.Time
	log *slog.Logger

	level *slog.LevelVar // of the log
	bulk  bool           // it writes very much, and alone
}

// use takes the settings of a verb, with its defaults.
func (p *program) use(s config.Settings) {
	p.Settings = s
	p.level.Set(s.Level())
}

// usageError is a mistake of the caller, not of the program.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run does one verb and gives the exit code.
func run(ctx context.Context, args []string, out, problems io.Writer) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("guiche"), kong.Description(about), kong.Writers(out, problems), kong.Help(helpInPortuguese),
		kong.Groups{"settings": "Configuração (opção, ou variável de ambiente):"})
	if err != nil {
		return report(problems, err)
	}
	line, err := parser.Parse(args)
	if err != nil {
		return report(problems, usageError{errors.New(parseErrors.Replace(err.Error()))})
	}
	p := &program{Context: ctx, out: out, now: time.Now, level: &slog.LevelVar{}}
	p.log = slog.New(slog.NewTextHandler(problems, &slog.HandlerOptions{Level: p.level}))
	if line.Command() == "demo" {
		p.use(c.ForDemo())
	} else {
		p.use(c.ForServe())
	}
	return report(problems, line.Run(p))
}

// report says what went wrong, in words, and gives the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return ok
	}
	fmt.Fprintln(w, "guiche: "+strings.ReplaceAll(words(err), "\n", "\nguiche: "))
	if _, wrong := errors.AsType[usageError](err); wrong {
		fmt.Fprintln(w, `Veja como usar com "guiche --help" ou "guiche COMANDO --help".`)
		return misuse
	}
	return failed
}

// words are those a fault has for people, or the error itself. What is out of order outside the program has its cause with them,
// which an operator needs and no visitor sees.
func words(err error) string {
	if errors.Is(err, context.Canceled) {
		return "interrompido antes de terminar"
	}
	if fields := fault.FieldsOf(err); len(fields) > 0 {
		var lines []string
		for name, text := range fields {
			lines = append(lines, name+": "+text)
		}
		return strings.Join(lines, "\n")
	}
	text := fault.Text(err)
	switch {
	case text == "":
		return err.Error()
	case fault.Is(err, fault.Unavailable):
		return fmt.Sprintf("%s (%v)", text, cause(err))
	}
	return text
}

// cause is what a fault is about, without its words.
func cause(err error) error {
	if told, ok := errors.AsType[*fault.Error](err); ok && told.Err != nil {
		return cause(told.Err)
	}
	return err
}

// asUsage marks what the caller must correct: input that is wrong, or that names something unknown.
func asUsage(err error) error {
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) {
		return usageError{err}
	}
	return err
}
