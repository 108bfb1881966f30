// Package calendar says which days are working days and when a deadline ends.
//
// A [Day] is a civil day in America/Sao_Paulo, without an hour. A [Calendar]
// knows the holidays of one place and the closures of one agency. [Due] counts
// a [Rule] from the day of an event to the last day of the deadline, and lists
// each day it passed over with the reason, so that a person can check it.
//
// How deadlines are counted:
//
//   - the day of the event does not count, the last day does;
//   - in business days, Saturdays, Sundays, holidays and closures do not count;
//   - in calendar days they count, but none of them can be the last day;
//   - days on which the deadline is suspended never count;
//   - the last day ends at 23:59:59 ([Day.End]).
//
// Nothing here reads a clock, a file or a database. Holidays are right from
// 2003 on; before that the laws moved some of them from year to year.
package calendar
