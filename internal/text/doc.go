// Package text makes text from outside fit to be shown: in an error, a log, a
// ticket, a file, on a terminal. Text from outside is everything that comes
// from a server, a device, a customer or a file.
//
// The order is always the same, and [Show] keeps it: make the text printable
// ([Line]), remove secrets ([Hide], [Secrets]), then cut ([Cut]), because half
// a secret is a secret too. Last comes the escape for the place where the text
// is shown ([Markdown], [CSV]). The results of [Line] and [Lines] are safe on a
// terminal.
//
// Lengths are in UTF-16 units ([Len]), as the service desk counts them.
package text
