// Package simulate invents a believable history for load tests and for trying an installation: who complains of what,
// in which proportions, and where each case stands. Cases go straight through the store, with numbers, clocks, counts,
// search and record; nobody is told anything. The proportions are those of the open data of consumidor.gov.br.
package simulate
