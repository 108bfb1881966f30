package oidc

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestClaimsAreReadInManySpellings(t *testing.T) {
	type read struct {
		Verified bool
		AMR      []string
		Auth     int64
		Level    string
		CPF      string
	}
	for name, c := range map[string]struct {
		json string
		want read
	}{
		"as gov.br's ID token": {`{"email_verified":"true","amr":["passwd","mfa"],"auth_time":1700000000,"reliability_info":{"level":"gold"},"cpf":"1"}`,
			read{true, []string{"passwd", "mfa"}, 1700000000, Gold, "1"}},
		"as userinfo":                      {`{"email_verified":true}`, read{Verified: true}},
		"false as text":                    {`{"email_verified":"false"}`, read{}},
		"a capital True":                   {`{"email_verified":"True"}`, read{Verified: true}},
		"null, a number and an object":     {`{"email_verified":null,"auth_time":{},"amr":1}`, read{}},
		"one is not true":                  {`{"email_verified":1}`, read{}},
		"time as text":                     {`{"auth_time":"1700000000"}`, read{Auth: 1700000000}},
		"time in the form of an exponent":  {`{"auth_time":1.7e9}`, read{Auth: 1700000000}},
		"a time beyond reason":             {`{"auth_time":1e300}`, read{}},
		"a method alone":                   {`{"amr":"passwd"}`, read{AMR: []string{"passwd"}}},
		"a list with something else in it": {`{"amr":["mfa",1]}`, read{}},
		"a new level":                      {`{"reliability_info":{"level":"platinum"}}`, read{Level: Bronze}},
		"levels as a list":                 {`{"reliability_info":["gold"]}`, read{Level: Bronze}},
		"silver":                           {`{"reliability_info":{"level":"silver"}}`, read{Level: Silver}},
		"GOLD in capitals is not a level":  {`{"reliability_info":{"level":"GOLD"}}`, read{Level: Bronze}},
		"a CPF that is a number, not text": {`{"cpf":11144477735}`, read{}},
		"nothing at all":                   {`{}`, read{}},
	} {
		t.Run(name, func(t *testing.T) {
			var got claims
			if err := json.Unmarshal([]byte(c.json), &got); err != nil {
				t.Fatal(err)
			}
			shown := read{bool(got.EmailVerified), got.AMR, 0, got.level(), got.text("cpf")}
			if auth := time.Time(got.AuthTime); !auth.IsZero() {
				shown.Auth = auth.Unix()
			}
			if diff := cmp.Diff(c.want, shown); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestContactNeverBorrowsTheMarkOfTheOtherAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		signed     string
		signedMark looseBool
		told       string
		toldMark   looseBool
		want       string
		verified   bool
	}{
		"both agree":                            {"a@x", true, "a@x", true, "a@x", true},
		"only userinfo has it":                  {"", false, "b@x", true, "b@x", true},
		"a mark without a value":                {"", true, "", true, "", false},
		"the ID token's value is not verified":  {"a@x", false, "b@x", true, "a@x", false},
		"the ID token's mark, userinfo's value": {"", true, "b@x", false, "b@x", false},
	} {
		t.Run(name, func(t *testing.T) {
			value, verified := contact(c.signed, c.signedMark, c.told, c.toldMark)
			if value != c.want || verified != c.verified {
				t.Errorf("got %q, %v", value, verified)
			}
		})
	}
}

func TestNamesLoseControlCharacters(t *testing.T) {
	if got := clean(" Ana\r\nBcc: x\x00 "); got != "AnaBcc: x" {
		t.Errorf("got %q", got)
	}
}
