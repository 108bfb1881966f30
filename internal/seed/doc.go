// Package seed holds the data that an installation begins with and stores them by calling the services.
//
// Base is reference data for every installation of the state: its 497 municipalities, the agencies that are known,
// who serves whom, and the deadlines. Demo adds what only the demonstration has: fictional suppliers and the roles of
// its people. Both may run again at any time: they add what is missing and keep what people have changed since.
//
// The files in data/ say where each fact was read. A municipality of which nothing certain is known is "unknown",
// which is an answer of its own.
package seed
