// Package answers says what an error of the service desk's API means for a
// write: whether it is certain that nothing was done, whether another try may
// help, and when a whole run can only go on failing.
package answers
