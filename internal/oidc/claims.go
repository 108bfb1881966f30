package oidc

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// claims are the values of an ID token or of userinfo that we use. The types with "loose" accept
// the several spellings that providers have for the same thing.
type claims struct {
	AuthorizedParty string    `json:"azp"`
	NotBefore       looseTime `json:"nbf"`
	Name            string    `json:"name"`
	SocialName      string    `json:"social_name"`
	Email           string    `json:"email"`
	EmailVerified   looseBool `json:"email_verified"`
	Phone           string    `json:"phone_number"`
	PhoneVerified   looseBool `json:"phone_number_verified"`
	AMR             looseList `json:"amr"`
	AuthTime        looseTime `json:"auth_time"`
	CNPJ            string    `json:"cnpj"`

	all map[string]json.RawMessage
}

// UnmarshalJSON also keeps the raw members, because the claim with the CPF is configuration.
func (c *claims) UnmarshalJSON(data []byte) error {
	type plain claims
	if err := json.Unmarshal(data, (*plain)(c)); err != nil {
		return err
	}
	return json.Unmarshal(data, &c.all)
}

// text is a member that holds a string; empty when it holds anything else.
func (c claims) text(member string) string {
	var s string
	if json.Unmarshal(c.all[member], &s) != nil {
		return ""
	}
	return s
}

// level is Silver or Gold when the answer says so in so many letters, Bronze when it says anything
// else, and empty when it says nothing.
func (c claims) level() string {
	raw, told := c.all["reliability_info"]
	if !told {
		return ""
	}
	var info struct {
		Level string `json:"level"`
	}
	if json.Unmarshal(raw, &info) == nil && (info.Level == Silver || info.Level == Gold) {
		return info.Level
	}
	return Bronze
}

// looseBool is true for true and "true"; gov.br sends text in the ID token. All else is false.
type looseBool bool

// UnmarshalJSON never fails: a mark we cannot read vouches for nothing.
func (b *looseBool) UnmarshalJSON(data []byte) error {
	*b = looseBool(bytes.EqualFold(bytes.Trim(data, `"`), []byte("true")))
	return nil
}

// looseList is a list of strings; one string alone is a list of one.
type looseList []string

// UnmarshalJSON takes either form; of a list with other things in it, nothing.
func (l *looseList) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = nil
		if one != "" {
			*l = looseList{one}
		}
		return nil
	}
	var many []string
	if json.Unmarshal(data, &many) == nil {
		*l = many
	}
	return nil
}

// looseTime is unix seconds, as a number or as text.
type looseTime time.Time

// UnmarshalJSON leaves the zero time for what is not a number of seconds.
func (t *looseTime) UnmarshalJSON(data []byte) error {
	seconds, err := strconv.ParseFloat(string(bytes.Trim(data, `"`)), 64)
	if err == nil && seconds > 0 && seconds < 1e11 {
		*t = looseTime(time.Unix(int64(seconds), 0).UTC())
	}
	return nil
}
