// Package taxonomy is the vocabulary by which complaints are classed: the segment a company is in, the area and
// subject of the purchase, the group and kind of the problem, how it was bought and what the consumer asks for.
//
// The values are those of consumidor.gov.br, so that figures can be compared with its open data. The numbers of the
// segments are its own; the other codes are ours and stable: they are stored with each case and never change meaning.
// A value is retired by no longer offering it, never by removing it. Where the open data do not tell the area of a
// subject or the group of a problem, the nearest was chosen; every area and every group also has an "other".
package taxonomy
