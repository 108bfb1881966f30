// Package text makes what people write comparable: without accents, case or punctuation (Fold), by the stem of each
// word (SearchText for what is stored, QueryWords for what is asked), and by the typing mistakes between two spellings
// (Distance). Both database engines are given the same folded words, so both find the same rows.
//
// Folded text is made of the letters a to z, digits and single spaces only. Words are safe to put into a full-text
// query of either engine, and scripts that do not fold to Latin letters are not searchable.
package text
