// Package fields sets members of tickets: those that the configuration gives to
// new tickets, and priority, impact and severity, which people may take over.
package fields
