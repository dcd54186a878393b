// Package companies says to which company of the service desk a customer belongs,
// to which configuration a device does, and with whom nothing is to be done.
package companies
