// Package text makes what comes from outside fit to be shown: in an error, a
// log, a ticket, a file, on a terminal. What comes from outside is everything
// that a server, a device, a customer or a file said.
//
// The order is always the same, and [Show] keeps it: first printable ([Line]),
// then without secrets ([Hide], [Secrets]), then cut ([Cut]), because half a
// secret is one too, and last the escape of the place it goes to ([Markdown],
// [CSV]). What [Line] and [Lines] give can be printed to a terminal as it is.
//
// Lengths are in UTF-16 units ([Len]), as the service desk counts them.
package text
