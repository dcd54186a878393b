// Package answers says what an error of the service desk's API means for a
// write: whether it is certain that nothing was done, whether another try may
// help, and when every further action of a run would fail.
package answers
