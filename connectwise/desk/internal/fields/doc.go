// Package fields sets members of tickets: those that the configuration sets in
// new tickets, and priority, impact and severity, which people may change.
package fields
