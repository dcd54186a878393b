// Package boards handles service boards: which board a name means, what its
// statuses mean to the desk, and which of them the desk writes.
package boards
