// Package cpfcnpj checks and writes the two numbers by which Brazil knows people
// and companies.
//
// A CPF has eleven digits. A CNPJ has fourteen characters: since July 2026 the
// first twelve may be letters (IN RFB 2.229/2024, Nota Técnica Cocad 49/2024) and
// the last two are always digits. Both end in two check digits, modulo 11.
//
// Store the Normalize form, show the Format form, and trust neither before Valid
// says so. A number that passes may still belong to nobody.
package cpfcnpj
