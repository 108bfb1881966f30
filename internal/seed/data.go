package seed

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guiche/internal/agency"
	"guiche/internal/supplier"
)

//go:embed data/*.csv data/*.txt
var files embed.FS

// What a source says of a Procon when it says neither that it is there nor that it is not.
const (
	historic = "historic"
	planned  = "planned"
)

// procon is what is known of the Procon of one municipality.
type procon struct {
	presence                                string // of package agency, historic or planned; empty: nothing known
	name, address, hours, phone, site, mail string
	source, sourceOn                        string
}

func (p procon) agency(municipality string) agency.Agency {
	return agency.Agency{
		ID: agencyID(municipality), Kind: agency.Municipal, Name: p.name, ShortName: p.name, Municipality: municipality,
		Address: p.address, Hours: p.hours, Phone: p.phone, Site: p.site, Email: p.mail, Source: p.source, SourceOn: p.sourceOn,
	}
}

// rows reads a file of data/: comment lines begin with #, the first line that does not names the columns.
func rows(file string, columns int) ([][]string, error) {
	content, err := files.ReadFile("data/" + file)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(content))
	r.Comment, r.FieldsPerRecord = '#', columns
	all, err := r.ReadAll()
	if err != nil || len(all) == 0 {
		return nil, fmt.Errorf("data/%s: %d rows: %w", file, len(all), err)
	}
	return all[1:], nil
}

func municipalities() ([]agency.Municipality, error) {
	lines, err := rows("municipalities.csv", 2)
	var out []agency.Municipality
	for _, line := range lines {
		out = append(out, agency.Municipality{ID: line[0], State: agency.StateOf(line[0]), Name: line[1]})
	}
	return out, err
}

// procons are what is known, by IBGE code.
func procons() (map[string]procon, error) {
	lines, err := rows("procons.csv", 11)
	out := map[string]procon{}
	for _, line := range lines {
		out[line[0]] = procon{
			presence: line[2], name: line[3], address: line[4], hours: line[5], phone: line[6], site: line[7], mail: line[8],
			source: line[9], sourceOn: line[10],
		}
	}
	return out, err
}

// companies are the fictional suppliers; those that registered did so at the given instant.
func companies(registered time.Time) ([]supplier.Supplier, error) {
	lines, err := rows("suppliers.csv", 8)
	var out []supplier.Supplier
	for _, line := range lines {
		days, err := strconv.Atoi(line[5])
		if err != nil {
			return nil, fmt.Errorf("data/suppliers.csv: %s: %w", line[0], err)
		}
		s := supplier.Supplier{CNPJ: line[0], TradeName: line[1], LegalName: line[2], Segment: line[3], Seat: line[4], AnswerDays: days,
			Former: split(line[6]), Aliases: split(line[7])}
		if days > 0 {
			s.RegisteredAt = registered
		}
		out = append(out, s)
	}
	return out, err
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, "|")
}
