// Package companies finds the company of a customer and the configuration of a
// device, and the customers whose problems are ignored.
package companies
