package main

import (
	"bytes"
	"strings"

	"github.com/alecthomas/kong"
)

const about = "Guichê: o guichê do Procon, em um programa. Para experimentar: guiche demo."

// helpInPortuguese is the library's help with its fixed words translated.
func helpInPortuguese(options kong.HelpOptions, ctx *kong.Context) error {
	var text bytes.Buffer
	out := ctx.Stdout
	ctx.Stdout = &text
	options.Compact = true
	err := kong.DefaultHelpPrinter(options, ctx)
	ctx.Stdout = out
	if err != nil {
		return err
	}
	_, err = helpWords.WriteString(out, text.String())
	return err
}

var helpWords = strings.NewReplacer(
	"Usage: ", "Uso: ", "Flags:", "Opções:", "Commands:", "Comandos:", "Arguments:", "Argumentos:",
	"Show context-sensitive help.", "Mostrar esta ajuda.",
	"<command>", "COMANDO", "[flags]", "[opções]",
	`Run "`, `Use "`, `" for more information on a command.`, `" para saber mais de um comando.`, `" for more information.`, `" para saber mais.`,
)

// parseErrors translates what the library says about a wrong command line.
var parseErrors = strings.NewReplacer(
	"unknown flag ", "opção desconhecida: ", "missing flags: ", "falta: ", "unexpected argument ", "argumento que ninguém espera: ",
	"unexpected flag argument ", "valor que ninguém espera: ", "expected one of ", "falta um comando: ", "must be one of ", "precisa ser um destes: ",
	" but got ", ", não ", ", did you mean one of ", "; você quis dizer um destes: ", ", did you mean ", "; você quis dizer ",
	"expected a valid 64 bit int", "precisa ser um número", "expected ", "falta ", "bool value ", "valor ",
)
